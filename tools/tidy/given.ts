import type { Check, TrackedFile } from './check.ts';

/** Small trees for the tests of the checks: path → text. */
export function given(files: Readonly<Record<string, string>>): readonly TrackedFile[] {
  return Object.entries(files).map(([path, text]) => ({ path, text }));
}

/** What a check says about a tree, as a person reads it, without the cure. */
export function said(check: Check, files: Readonly<Record<string, string>>): readonly string[] {
  return check(given(files)).map(({ path, line, what }) => `${path}:${line}: ${what}`);
}
