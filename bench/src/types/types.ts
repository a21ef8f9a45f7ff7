import { spawnSync } from 'node:child_process';
import { mkdirSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { understood, wholeNumber } from '../arguments.ts';
import { hundredOperators, operatorCount } from './hundred.ts';

/*
 * npm run bench -- types: how long the compiler takes over a program of a hundred operators that annotates
 * nothing, against the types as they are published, under `strict`.
 *
 * Each run is a fresh process of tsc without anything kept from the run before. Beside it stands a program
 * that only imports the engine: what the hundred operators cost is the difference.
 */

const root = fileURLToPath(new URL('../../..', import.meta.url));
/** In the repository, so that `millrace` is found as in any program that has installed it. */
const folder = fileURLToPath(new URL('../../../.cache/types/', import.meta.url));
const tsc = createRequire(import.meta.url).resolve('typescript/bin/tsc');

const repeatMax = 20;
const repeatUsual = 3;
const msPerSecond = 1_000;

const compilerOptions = {
  target: 'es2024',
  module: 'nodenext',
  strict: true,
  exactOptionalPropertyTypes: true,
  noUncheckedIndexedAccess: true,
  skipLibCheck: true,
  types: ['node'],
  noEmit: true,
};

type Compiled = { readonly seconds: number; readonly checkSeconds: number; readonly instantiations: number; readonly memoryMb: number };

export function types(argv: readonly string[]): void {
  const options = { repeat: { type: 'string', default: `${repeatUsual}` }, json: { type: 'boolean', default: false } } as const;
  const { values } = understood(() => parseArgs({ args: [...argv], options }));
  const repeat = wholeNumber('--repeat', values.repeat, repeatMax);
  build();
  const hundred = best('hundred.ts', hundredOperators(), repeat);
  const nothing = best('nothing.ts', "import { pipeline } from 'millrace';\nexport const program = pipeline('nothing', () => {});\n", repeat);
  if (values.json) return console.log(JSON.stringify({ operators: operatorCount, ...hundred, importSeconds: nothing.seconds }));
  console.log(`tsc on ${operatorCount} operators: ${hundred.seconds.toFixed(2)} s, of which checking ${hundred.checkSeconds.toFixed(2)} s; ${hundred.instantiations.toLocaleString('en')} instantiations, ${hundred.memoryMb} MB`);
  console.log(`tsc on the import alone: ${nothing.seconds.toFixed(2)} s`);
}

/** The types are those that are published. */
function build(): void {
  const { status, stderr } = spawnSync('npm', ['run', '--silent', 'build'], { cwd: root, encoding: 'utf8' });
  if (status !== 0) throw new Error(`the build failed: ${stderr}`);
}

function best(name: string, text: string, repeat: number): Compiled {
  mkdirSync(folder, { recursive: true });
  writeFileSync(`${folder}${name}`, text);
  writeFileSync(`${folder}tsconfig.json`, JSON.stringify({ compilerOptions, files: [name] }));
  const runs = Array.from({ length: repeat }, compiled);
  return runs.reduce((least, one) => (one.seconds < least.seconds ? one : least));
}

function compiled(): Compiled {
  const begun = performance.now();
  const { status, stdout } = spawnSync(process.execPath, [tsc, '-p', folder, '--extendedDiagnostics'], { encoding: 'utf8' });
  const seconds = (performance.now() - begun) / msPerSecond;
  if (status !== 0) throw new Error(`the program does not compile:\n${stdout.slice(0, 4_000)}`);
  const figure = (label: string): number => Number(new RegExp(`^${label}:\\s+([\\d.]+)`, 'm').exec(stdout)?.[1]);
  return { seconds, checkSeconds: figure('Check time'), instantiations: figure('Instantiations'), memoryMb: Math.round(figure('Memory used') / 1_024) };
}
