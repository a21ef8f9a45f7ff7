import { readFileSync, statSync } from 'node:fs';
import { basename, dirname, resolve } from 'node:path';
import { ConfigProblem } from './config-problem.ts';
import { configSchema, type Config } from './config-schema.ts';

/** Read where Emily is started, if it is there and no other is named. */
export const configFileUsual = 'emily.config.json';

export type ConfigFile = {
  readonly config: Config;
  /** The folder in which the file is: paths in it begin there. */
  readonly folder: string;
  /** When it was changed last. */
  readonly changedAt: Date;
};

/** The configuration that is named; else the usual one, or undefined where there is none. */
export function findConfig(named: string | undefined): ConfigFile | undefined {
  if (named !== undefined) return readConfig(named);
  return statSync(configFileUsual, { throwIfNoEntry: false }) === undefined ? undefined : readConfig(configFileUsual);
}

/** Reads all of it, or says all that is wrong with it, each with its place. */
export function readConfig(file: string): ConfigFile {
  let text: string;
  let changedAt: Date;
  try {
    text = readFileSync(file, 'utf8');
    changedAt = statSync(file).mtime;
  } catch (error) {
    throw new ConfigProblem('CONFIG_UNREADABLE', `the configuration ${file} cannot be read: ${(error as Error).message}`, 'Name a file that exists and that this process may read, with --config.', error);
  }
  const result = configSchema.safeParse(parsed(file, text));
  if (!result.success) {
    const lines = result.error.issues.map(({ path, message }) => `  ${placeOf(path)}: ${message}`);
    throw new ConfigProblem('CONFIG_INVALID', `the configuration ${file} says what it may not:\n${lines.join('\n')}`, 'docs/config.md tells what may stand there; emily.config.schema.json tells it to an editor.', result.error);
  }
  return { config: result.data, folder: dirname(resolve(file)), changedAt };
}

function parsed(file: string, text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    throw new ConfigProblem('CONFIG_INVALID', `the configuration ${file} is no JSON: ${(error as Error).message}`, `Correct ${basename(file)}; JSON has neither comments nor a comma behind the last member.`, error);
  }
}

/** As it would be written in JavaScript: `models[0].command`. */
function placeOf(path: readonly PropertyKey[]): string {
  if (path.length === 0) return 'the whole';
  return path.map((key) => (typeof key === 'number' ? `[${key}]` : `.${String(key)}`)).join('').replace(/^[.]/, '');
}
