import { resolve } from 'node:path';
import { defineConfig, type ViteUserConfig } from 'vitest/config';

/** Workspaces resolve to their source, as in `npm start`, and packages as in Node: without `module`, which is for bundlers. */
const conditions = ['millrace-source', 'node', 'development|production'];

const here = (path: string): string => resolve(import.meta.dirname, path);

const config: ViteUserConfig = defineConfig({
  resolve: { conditions },
  ssr: { resolve: { conditions } },
  test: {
    include: ['**/*.test.{ts,tsx}'],
    exclude: ['**/node_modules/**', '**/dist/**', '**/.cache/**'],
    typecheck: {
      enabled: true,
      include: ['**/*.test-d.ts'],
      tsconfig: here('tsconfig.json'),
      // Only type tests fail here; an error in a source file is the business of `npm run types`.
      ignoreSourceErrors: true,
    },
    // Processes rather than threads: tests measure CPU time, start children and load native code.
    pool: 'forks',
    execArgv: ['--conditions=millrace-source'],
    setupFiles: [here('tools/properties/seed.ts')],
    // Fixed, so that a test that is short of time is so on every machine. CI has two cores.
    maxWorkers: 2,
    testTimeout: 30_000,
    hookTimeout: 30_000,
    // A busy machine is no failure.
    expect: { poll: { timeout: 15_000 } },
    reporters: ['default', here('tools/closing-line/reporter.ts')],
  },
});

export default config;
