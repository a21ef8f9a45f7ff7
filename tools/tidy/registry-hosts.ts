import type { Check } from './check.ts';
import { matches } from './source.ts';

/**
 * A lock file that names the registry it was made from sends every clone there, reachable or not.
 * Without `resolved`, npm takes the package from the machine's own registry and still checks its hash.
 */
export const registryHosts: Check = (files) => [
  ...files
    .filter((file) => /(^|[/])(package-lock|npm-shrinkwrap)[.]json$/.test(file.path))
    .flatMap((file) =>
      matches(file, /"resolved": "\w[\w+.-]*:[/][/]([^/"]+)/g).map(({ line, match }) => ({
        severity: 'error' as const,
        path: file.path,
        line,
        what: `names the host ${match[1]}`,
        cure: 'Run npm install here again: .npmrc sets omit-lockfile-registry-resolved.',
      })),
    ),
  ...files
    .filter((file) => /(^|[/])[.]npmrc$/.test(file.path))
    .flatMap((file) =>
      matches(file, /^\s*(@[\w-]+:)?registry\s*=.*|^.*_(auth|authToken|password)\s*=.*/g).map(({ line }) => ({
        severity: 'error' as const,
        path: file.path,
        line,
        what: 'chooses a registry, or signs in to one, for everybody',
        cure: 'Keep that in your own ~/.npmrc.',
      })),
    ),
];
