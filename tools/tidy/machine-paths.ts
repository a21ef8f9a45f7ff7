import type { Check } from './check.ts';
import { isTidyItself, matches } from './source.ts';

/** A path of somebody's machine works there and nowhere else. */
export const machinePaths: Check = (files) =>
  files
    .filter((file) => !isTidyItself(file))
    .flatMap((file) =>
      matches(file, /(?<![\w.$}-])[/](work|tmp|root|home)[/]/g).map(({ line, match }) => ({
        severity: 'error',
        path: file.path,
        line,
        what: `${match[0]} is a path of one machine`,
        cure: 'Make it relative to the repository, take it as an argument, or use os.tmpdir().',
      })),
    );
