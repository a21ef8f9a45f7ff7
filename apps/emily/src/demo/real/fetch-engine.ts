import { existsSync, mkdirSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fetchFailed, noEngineFor } from './fetch-errors.ts';
import { besides, type Fetching } from './fetching.ts';
import { sayGrowth } from './growth.ts';

const version = '3.22.1';
/** On the disk. */
export const engineBytes = 85_000_000;

/** The part of the engine that is made for a kind of machine. The package itself brings all of them, for GPUs too: 900 MB. */
const binaries: Readonly<Record<string, string>> = {
  'linux-x64': '@node-llama-cpp/linux-x64',
  'linux-arm64': '@node-llama-cpp/linux-arm64',
  'darwin-x64': '@node-llama-cpp/mac-x64',
};

export const engineFolder = (folder: string): string => join(folder, `engine-${version}`);

/** `node-llama-cpp` from npm's registry, by npm, with the one binary that this machine needs; no install script is run. */
export async function fetchEngine({ folder, say, run, signal }: Fetching, machine: string = `${process.platform}-${process.arch}`): Promise<string> {
  const engine = engineFolder(folder);
  if (existsSync(engine)) return engine;
  const binary = binaries[machine];
  if (binary === undefined) throw noEngineFor({ machine, expected: Object.keys(binaries) });
  return besides(folder, async (half) => {
    const [target, temporary] = [join(half, 'engine'), join(half, 'temporary')];
    for (const one of [target, temporary]) mkdirSync(one);
    writeFileSync(join(target, 'package.json'), '{ "private": true }\n');
    const args = ['install', '--prefix', target, '--omit=optional', '--ignore-scripts', '--no-audit', '--no-fund', '--save-exact', '--loglevel=error', `node-llama-cpp@${version}`, `${binary}@${version}`];
    const what = `the engine, node-llama-cpp ${version}`;
    try {
      await sayGrowth(half, what, engineBytes, say, run({ what, program: 'npm', args, temporary }, signal));
    } catch (error) {
      throw fetchFailed({ what, command: `npm ${args.join(' ')}`, reason: (error as Error).message }, error);
    }
    put(target, engine);
    return engine;
  });
}

/** Puts it in its place, unless somebody else was faster. */
function put(from: string, to: string): void {
  try {
    renameSync(from, to);
  } catch (error) {
    if (!existsSync(to)) throw error;
  }
}
