import { fileURLToPath } from 'node:url';
import { defineConfig, type UserConfig } from 'vite';

const folder = (relative: string): string => fileURLToPath(new URL(relative, import.meta.url));

/*
 * The console as static files. Everything is same-origin and nothing is inline, because the server
 * sends `default-src 'self'`; addresses are relative, so the page works at `/` and at `/console/`.
 */
const config: UserConfig = defineConfig({
  root: folder('.'),
  base: './',
  cacheDir: folder('../../dist/.vite'),
  build: {
    outDir: folder('../../dist/console'),
    emptyOutDir: true,
    target: 'es2023',
    // The first versions that know light-dark(), on which the tokens rest.
    cssTarget: ['chrome123', 'firefox120', 'safari17.5'],
    modulePreload: { polyfill: false },
    assetsInlineLimit: 0,
    // "First page ≤ 200 KB gzip" is a promise; the raw size at which the build starts to warn.
    chunkSizeWarningLimit: 600,
  },
});

export default config;
