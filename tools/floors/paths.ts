/**
 * The regular expressions that several floor rules share. Paths are relative to the root of the
 * repository, with forward slashes, as dependency-cruiser gives them.
 */

/** Tests stand outside the house: they may look into every room. */
export const tests = '[.](test|test-d)[.]tsx?$';

export const millrace = '^packages/millrace/src/';
export const emily = '^apps/emily/src/';

/** Matches what lies in one of these folders of `base`. */
export function within(base: string, folders: readonly string[]): string {
  return `${base}(${folders.join('|')})/`;
}
