import { defineConfig, type UserConfig } from 'tsdown';

/** What `npm publish` ships: ES modules and their declarations, for the entries of package.json. */
const config: UserConfig = defineConfig({
  entry: ['src/index.ts', 'src/producer/index.ts', 'src/testing/index.ts', 'src/cli/main.ts'],
  outDir: 'dist',
  format: 'esm',
  platform: 'node',
  target: 'node22',
  tsconfig: '../../tsconfig.base.json',
  dts: true,
  // .js and .d.ts, as package.json says; the package is of type "module".
  fixedExtension: false,
});

export default config;
