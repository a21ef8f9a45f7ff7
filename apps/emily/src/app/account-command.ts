import { readFileSync } from 'node:fs';
import { Command, CommanderError, Option } from 'commander';
import { addBudgetCommands } from './budget-command.ts';
import { addExportCommand } from './export-command.ts';
import { addHoldCommands } from './hold-command.ts';
import { atLeastOne } from './option-values.ts';
import { addProjectCommands } from './project-command.ts';
import { addQuestionCommands } from './question-command.ts';
import { addUserCommands } from './user-command.ts';

/*
 * What is asked of an Emily that runs, over HTTP, from the command line: `emily tenants`, `emily projects`, `emily users`,
 * `emily keys`; `emily budgets`, `emily credit`; `emily models`, `emily usage`, `emily why`; `emily holds`; `emily export`.
 */

const COMMANDS: ReadonlySet<string> = new Set(['tenants', 'projects', 'users', 'keys', 'budgets', 'credit', 'models', 'usage', 'why', 'holds', 'export']);
const URL_USUAL = 'http://127.0.0.1:8787';
const TIMEOUT_MS = 10_000;

/** Where results go, and what people are told besides. */
export type Said = { readonly out: (text: string) => void; readonly err: (text: string) => void };

export type Where = { readonly url: string; readonly keyFile?: string; readonly json: boolean };
export type Ask = (method: 'GET' | 'POST', path: string, body?: object) => Promise<Readonly<Record<string, unknown>>>;

export const isAccountCommand = ([first]: readonly string[]): boolean => first !== undefined && COMMANDS.has(first);

/** Resolves with the exit code: 0, 1 where Emily refuses or cannot be reached, 2 where the command is none. */
export async function accountCommand(args: readonly string[], env: NodeJS.ProcessEnv, { out, err }: Said): Promise<number> {
  const command = commandOf(env, out).exitOverride().configureOutput({ writeOut: out, writeErr: err });
  for (const one of [...command.commands, ...command.commands.flatMap(({ commands }) => commands)]) one.exitOverride().configureOutput({ writeOut: out, writeErr: err });
  try {
    await command.parseAsync([...args], { from: 'user' });
    return 0;
  } catch (error) {
    if (error instanceof CommanderError) return error.exitCode === 0 ? 0 : 2;
    if (!(error instanceof Refused)) throw error;
    err(`error: ${error.message}\n`);
    return 1;
  }
}

/** Emily said no, or was not there. */
class Refused extends Error {}

function commandOf(env: NodeJS.ProcessEnv, out: (text: string) => void): Command {
  const emily = new Command('emily');
  const listed = (rows: unknown, { json }: Where): void => out(json ? `${JSON.stringify(rows)}\n` : tableOf(rows as readonly Row[]));
  const tenants = emily.command('tenants').description('the companies that call models');
  withWhere(tenants.command('list').description('all of them')).action(async (where: Where) => listed((await asking(where, env)('GET', '/v1/tenants'))['data'], where));
  withWhere(tenants.command('create').description('one more; the same once more changes nothing').argument('<id>', 'in every invoice, and never changed').argument('<name>', 'what it is called')).action(
    async (id: string, name: string, where: Where) => listed([await asking(where, env)('POST', '/v1/tenants', { id, name })], where),
  );
  const keys = emily.command('keys').description('what opens the API; the text of a key is shown once');
  withWhere(keys.command('list').description('those that you administer').option('--tenant <id>', 'of this tenant')).action(async ({ tenant, ...where }: Where & { readonly tenant?: string }) => {
    listed((await asking(where, env)('GET', tenant === undefined ? '/v1/keys' : `/v1/keys?tenant=${encodeURIComponent(tenant)}`))['data'], where);
  });
  withWhere(
    keys
      .command('create')
      .description('makes one, and prints it')
      .argument('<name>', 'what it is for')
      .requiredOption('--scope <scopes...>', 'infer, ingest, read or admin')
      .option('--tenant <id>', 'whose it is; left out: that of whose key you use')
      .option('--user <name>', 'the user whose own it is')
      .option('--project <name>', 'the project it belongs to')
      .option('--expires <time>', 'until when it is good, as 2027-01-31T12:00:00Z'),
  ).action(async (name: string, { scope, tenant, user, project, expires, ...where }: Where & { readonly scope: readonly string[]; readonly tenant?: string; readonly user?: string; readonly project?: string; readonly expires?: string }) => {
    made(await asking(where, env)('POST', '/v1/keys', { name, scopes: scope, tenant, user, project, expiresAt: expires }), where);
  });
  withWhere(keys.command('rotate').description('makes one in its place, and prints it').argument('<id>', 'as lists show it').option('--overlap <minutes>', 'for so long both are good', '60')).action(
    async (id: string, { overlap, ...where }: Where & { readonly overlap: string }) => {
      made(await asking(where, env)('POST', `/v1/keys/${encodeURIComponent(id)}/rotate`, { overlapMinutes: Number(overlap) }), where);
    },
  );
  withWhere(
    keys
      .command('limit')
      .description('how much it may ask for in a minute; what is left out is not limited')
      .argument('<id>', 'as lists show it')
      .option('--requests <number>', 'so many requests', atLeastOne)
      .option('--tokens <number>', 'so many tokens', atLeastOne),
  ).action(async (id: string, { requests, tokens, ...where }: Where & { readonly requests?: number; readonly tokens?: number }) => {
    const body = { requestsPerMinute: requests ?? null, tokensPerMinute: tokens ?? null };
    listed([await asking(where, env)('POST', `/v1/keys/${encodeURIComponent(id)}/limits`, body)], where);
  });
  withWhere(keys.command('revoke').description('from now on it opens nothing').argument('<id>', 'as lists show it')).action(async (id: string, where: Where) => {
    listed([await asking(where, env)('POST', `/v1/keys/${encodeURIComponent(id)}/revoke`, {})], where);
  });
  const tools = { withWhere, withEmily, asking: (where: Where) => asking(where, env), listed };
  addProjectCommands(emily, tools);
  addUserCommands(emily, { ...tools, out });
  addBudgetCommands(emily, tools);
  addQuestionCommands(emily, tools, out);
  addHoldCommands(emily, tools);
  addExportCommand(emily, tools, { out, refused: (message, cause) => new Refused(message, { cause }) });
  return emily;

  /** To be piped: nothing but the key. */
  function made(answer: Readonly<Record<string, unknown>>, { json }: Where): void {
    out(json ? `${JSON.stringify(answer)}\n` : `${String(answer['key'])}\n`);
  }
}

const withWhere = (command: Command): Command => withEmily(command).option('--json', 'as JSON', false);

function withEmily(command: Command): Command {
  return command
    .addOption(new Option('--url <url>', 'where Emily is').env('EMILY_URL').default(URL_USUAL))
    .option('--key-file <file>', 'a file with the key that is used; else it is in EMILY_KEY');
}

function asking({ url, keyFile }: Where, env: NodeJS.ProcessEnv): Ask {
  const key = keyFile === undefined ? env['EMILY_KEY'] : textOf(keyFile);
  if (key === undefined || key.trim() === '') throw new Refused("no key. Put one into EMILY_KEY, or its file behind --key-file: that of an administrator, or for numbers one with the scope read. Emily prints the operator's when it starts.");
  return async (method, path, body) => {
    const headers = { authorization: `Bearer ${key.trim()}`, ...(body !== undefined && { 'content-type': 'application/json' }) };
    let response: Response;
    let answer: Readonly<Record<string, unknown>>;
    try {
      response = await fetch(new URL(path, url), { method, headers, ...(body !== undefined && { body: JSON.stringify(body) }), signal: AbortSignal.timeout(TIMEOUT_MS) });
      answer = (await response.json()) as Readonly<Record<string, unknown>>;
    } catch (error) {
      throw new Refused(`cannot ask Emily at ${url}: ${reasonOf(error)}. Is it running? Say where with --url.`, { cause: error });
    }
    if (response.ok) return answer;
    const { message } = (answer['error'] ?? {}) as { readonly message?: string };
    throw new Refused(message ?? `Emily answered ${response.status}`);
  };
}

/** `fetch` hides what went wrong behind what it was doing. */
function reasonOf(error: unknown): string {
  const { message, cause } = error as Error;
  return cause instanceof Error && cause.message !== '' ? cause.message : message;
}

function textOf(file: string): string {
  try {
    return readFileSync(file, 'utf8');
  } catch (error) {
    throw new Refused(`cannot read the key: ${reasonOf(error)}`, { cause: error });
  }
}

type Row = Readonly<Record<string, unknown>>;

/** Columns of text; what no row has is left out. */
function tableOf(rows: readonly Row[]): string {
  if (rows.length === 0) return 'none\n';
  const shown = [...new Set(rows.flatMap((row) => Object.keys(row)))].filter((name) => rows.some((row) => (row[name] ?? null) !== null));
  const lines = [shown, ...rows.map((row) => shown.map((name) => cellOf(row[name])))];
  const widths = shown.map((_, i) => Math.max(...lines.map((line) => (line[i] as string).length)));
  return lines.map((line) => `${line.map((cell, i) => cell.padEnd(widths[i] as number)).join('  ').trimEnd()}\n`).join('');
}

const cellOf = (value: unknown): string => ((value ?? null) === null ? '' : Array.isArray(value) ? value.join(',') : String(value));
