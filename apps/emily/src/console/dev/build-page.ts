import { fileURLToPath } from 'node:url';
import { build } from 'vite';

/** Builds the console into `outDir`, as `vite build` does for the real server: also where a test runs it, whose NODE_ENV would bring the development version of React. */
export async function buildPage(outDir: string): Promise<void> {
  const configFile = fileURLToPath(new URL('../vite.config.ts', import.meta.url));
  const before = process.env['NODE_ENV'];
  process.env['NODE_ENV'] = 'production';
  try {
    await build({ configFile, logLevel: 'warn', build: { outDir, emptyOutDir: true } });
  } finally {
    if (before === undefined) delete process.env['NODE_ENV'];
    else process.env['NODE_ENV'] = before;
  }
}
