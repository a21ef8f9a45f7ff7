import { fileURLToPath } from 'node:url';
import { build } from 'vite';

/** Builds the console into `outDir`, as `vite build` does for the real server. */
export async function buildPage(outDir: string): Promise<void> {
  const configFile = fileURLToPath(new URL('../vite.config.ts', import.meta.url));
  await build({ configFile, logLevel: 'warn', build: { outDir, emptyOutDir: true } });
}
