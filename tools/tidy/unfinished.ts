import type { Check } from './check.ts';
import { isCode, isTidyItself, matches } from './source.ts';

/** A note to oneself is an issue that nobody can find. */
export const unfinished: Check = (files) =>
  files
    .filter((file) => isCode(file) && !isTidyItself(file))
    .flatMap((file) =>
      matches(file, /\b(TODO|FIXME|XXX|HACK)\b/g).map(({ line, match }) => ({
        severity: 'error',
        path: file.path,
        line,
        what: `${match[0]} in the source`,
        cure: 'Do it now, or open an issue and delete the note.',
      })),
    );
