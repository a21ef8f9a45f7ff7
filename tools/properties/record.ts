import type { Property } from './tally.ts';

/*
 * What long runs came to, as it is kept in evidence/: one JSON file for one commit, one number of runs and one
 * seed. It is written whenever a file of properties is through, so that what was broken off goes on where it
 * was; files in which something was violated are tried again.
 */

/** What a record stands for: of something else it is another record. */
export interface Subject {
  /** As Git names it; with `+` where files were changed since. */
  readonly commit: string;
  readonly node: string;
  /** How often each property was to be tried; on real disks, and where a property says so, a fixed part of it. */
  readonly runsAsked: number;
  readonly seed: number;
}

/** What one file of properties came to. */
export interface Recorded {
  /** Its path in the repository. */
  readonly file: string;
  readonly operator: string;
  /** When it was through, in UTC, to the second. */
  readonly date: string;
  readonly runs: number;
  readonly seconds: number;
  readonly violations: number;
  readonly properties: readonly { readonly name: string; readonly runs: number; readonly seconds: number; readonly violated: boolean }[];
}

export interface PropertyRecord extends Subject {
  readonly runs: number;
  readonly violations: number;
  readonly files: readonly Recorded[];
}

const MS_PER_SECOND = 1000;
const seconds = (ms: number): number => Math.round(ms / (MS_PER_SECOND / 10)) / 10;

export function recordedOf(file: string, properties: readonly Property[], now: Date): Recorded {
  const sum = (of: (property: Property) => number): number => properties.reduce((all, one) => all + of(one), 0);
  return {
    file,
    operator: properties[0]?.operator ?? '',
    date: `${now.toISOString().slice(0, 'yyyy-mm-ddThh:mm:ss'.length)}Z`,
    runs: sum(({ runs }) => runs),
    seconds: seconds(sum(({ ms }) => ms)),
    violations: sum(({ violated }) => Number(violated)),
    properties: properties.map(({ name, runs, ms, violated }) => ({ name, runs, seconds: seconds(ms), violated })),
  };
}

/** What a file of a record says of this subject; nothing where it is of another one. A subject without a seed takes that of the record. */
export function parseRecord(text: string | undefined, { commit, node, runsAsked, seed }: Omit<Subject, 'seed'> & { readonly seed: number | undefined }): PropertyRecord | undefined {
  if (text === undefined) return undefined;
  const record = JSON.parse(text) as PropertyRecord;
  const isSame = record.commit === commit && record.node === node && record.runsAsked === runsAsked && (seed === undefined || record.seed === seed);
  return isSame ? record : undefined;
}

export const emptyRecord = (subject: Subject): PropertyRecord => ({ ...subject, runs: 0, violations: 0, files: [] });

/** With what a file came to, in the place of what it came to before; by path. */
export function withFile({ commit, node, runsAsked, seed, files }: PropertyRecord, one: Recorded): PropertyRecord {
  const all = [...files.filter(({ file }) => file !== one.file), one].toSorted((a, b) => (a.file < b.file ? -1 : 1));
  const sum = (of: (recorded: Recorded) => number): number => all.reduce((total, each) => total + of(each), 0);
  return { commit, node, runsAsked, seed, runs: sum(({ runs }) => runs), violations: sum(({ violations }) => violations), files: all };
}

/** Which files need not be tried again. */
export function doneFiles({ files }: PropertyRecord): readonly string[] {
  return files.filter(({ violations }) => violations === 0).map(({ file }) => file);
}

export const recordText = (record: PropertyRecord): string => `${JSON.stringify(record, undefined, 1)}\n`;
