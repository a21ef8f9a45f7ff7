import { existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { join, relative, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { Command, CommanderError } from 'commander';
import { newApiKey } from '../account/api-key.ts';
import type { Said } from './account-command.ts';
import { configSchema } from './config/config-schema.ts';
import { configFileUsual } from './config/read-config.ts';

/*
 * `emily init`: a configuration that starts, with the operator's key in a file beside it, and what to do next.
 */

const KEY_FILE = 'operator.key';
const schemaFile = fileURLToPath(new URL('../../emily.config.schema.json', import.meta.url));
const ownerOnly = 0o600;

type Flags = { readonly model: string; readonly address?: readonly string[] };

export const isInit = ([first]: readonly string[]): boolean => first === 'init';

/** The exit code: 0; 1 where something is in the way, and then nothing was written; 2 where the command is none. */
export function initCommand(args: readonly string[], { out, err }: Said): number {
  let code = 0;
  const emily = new Command('emily');
  emily
    .command('init')
    .description('writes a configuration that starts, and the operator\'s key')
    .argument('[folder]', 'where to', '.')
    .option('--model <id>', 'the model that is served', 'my-model')
    .option('--address <url...>', 'where servers run that serve it, as http://10.0.0.7:8000; left out: it is simulated')
    .exitOverride()
    .configureOutput({ writeOut: out, writeErr: err })
    .action((folder: string, flags: Flags) => {
      const said = write(folder, flags);
      code = 'wrote' in said ? 0 : 1;
      if ('wrote' in said) out(said.wrote);
      else err(`error: ${said.refused}\n`);
    });
  try {
    emily.exitOverride().configureOutput({ writeOut: out, writeErr: err }).parse([...args], { from: 'user' });
    return code;
  } catch (error) {
    if (error instanceof CommanderError) return error.exitCode === 0 ? 0 : 2;
    throw error;
  }
}

function write(folder: string, { model, address }: Flags): { readonly wrote: string } | { readonly refused: string } {
  const [config, key] = [join(folder, configFileUsual), join(folder, KEY_FILE)];
  const text = configOf(folder, { id: model, ...(address === undefined ? { driver: 'simulated' } : { driver: 'external', addresses: address }) });
  if ('flaw' in text) return { refused: text.flaw };
  const inTheWay = [config, key].find((file) => existsSync(file));
  if (inTheWay !== undefined) return { refused: `${inTheWay} is there already, and nothing is overwritten. Take it away, or name another folder.` };
  try {
    mkdirSync(folder, { recursive: true });
    writeFileSync(key, `${newApiKey().text}\n`, { mode: ownerOnly, flag: 'wx' });
    writeFileSync(config, text.config, { flag: 'wx' });
  } catch (error) {
    return { refused: `cannot write into ${folder}: ${(error as Error).message}. Name a folder that this user may write.` };
  }
  return { wrote: nextOf(config, key, model, address === undefined) };
}

/** Held against what Emily reads, before anything is written. */
function configOf(folder: string, model: object): { readonly config: string } | { readonly flaw: string } {
  const config = { $schema: relative(resolve(folder), schemaFile), operatorKey: { file: KEY_FILE }, models: [model] };
  const read = configSchema.safeParse(config);
  if (read.success) return { config: `${JSON.stringify(config, null, 2)}\n` };
  return { flaw: read.error.issues.map(({ path, message }) => `${path.slice(2).join('.')}: ${message}`).join('; ') };
}

function nextOf(config: string, key: string, model: string, isSimulated: boolean): string {
  const emily = 'npm start --silent --';
  return [
    `${config} serves ${model}${isSimulated ? ', simulated: name your servers in it (docs/config.md), or call init with --address' : ''}.`,
    `${key} is the operator's key: keep it as one keeps a password.`,
    '',
    'Next:',
    `  ${emily} --config ${config}`,
    'and, while it runs, a first customer, with a key of theirs:',
    `  ${emily} tenants create acme 'Acme GmbH' --key-file ${key}`,
    `  ${emily} keys create first --tenant acme --scope infer read --key-file ${key}`,
    'and somebody of theirs who signs in to the console:',
    `  ${emily} users create ann@acme.example --tenant acme --role admin --key-file ${key}`,
    '',
  ].join('\n');
}
