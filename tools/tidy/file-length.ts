import type { Check, Finding, TrackedFile } from './check.ts';
import { longFiles } from './long-files.ts';
import { isCode } from './source.ts';

/** From here on a file is looked at with suspicion. */
const linesWarn = 300;
/** Past this it needs a line in long-files.ts that says why it is one idea all the same. */
const linesMax = 400;

/** One exported idea per file; a file nobody can hold in the head is several. */
export function fileLength(files: readonly TrackedFile[], allowed: Readonly<Record<string, string>> = longFiles): readonly Finding[] {
  const lengths = new Map(files.filter(isCode).map((file) => [file.path, file.text.trimEnd().split('\n').length]));
  const tooLong = [...lengths].flatMap(([path, lines]): Finding[] => {
    if (lines <= linesWarn || path in allowed) return [];
    const severity = lines > linesMax ? 'error' : 'warning';
    const limit = lines > linesMax ? linesMax : linesWarn;
    return [{ severity, path, line: limit + 1, what: `${lines} lines, expected at most ${limit}`, cure: 'Find the second idea in it and give it a file.' }];
  });
  const stale = Object.keys(allowed).flatMap((path): Finding[] =>
    (lengths.get(path) ?? 0) > linesMax
      ? []
      : [{ severity: 'error', path: 'tools/tidy/long-files.ts', line: 1, what: `${path} is not longer than ${linesMax} lines`, cure: 'Delete its entry.' }],
  );
  return [...tooLong, ...stale];
}

export const fileLengths: Check = (files) => fileLength(files);
