/**
 * The modules through which code reaches the world outside: disk, network, other processes, clocks
 * and timers. Whoever imports one can't be run by the simulator, so `port/` alone does.
 *
 * Pure built-ins (node:buffer, node:path, node:util, node:zlib, hashes of node:crypto) are not here;
 * randomness and clocks that need no import are the business of `tools/tidy/ambient.ts`.
 */
const builtins = [
  'child_process',
  'cluster',
  'dgram',
  'dns',
  'fs',
  'http',
  'http2',
  'https',
  'inspector',
  'net',
  'os',
  'perf_hooks',
  'process',
  'readline',
  'repl',
  'sqlite',
  'timers',
  'tls',
  'tty',
  'worker_threads',
];

const libraries = ['lmdb', 'fastify', '@fastify/[^/]+', 'undici', 'pino'];

/** Of built-ins dependency-cruiser gives the bare name, of packages the path below node_modules. */
export const outside: readonly string[] = [
  `^(node:)?(${builtins.join('|')})(/|$)`,
  `(^|node_modules/)(${libraries.join('|')})(/|$)`,
];
