import { type Command, Option } from 'commander';
import type { Where } from './account-command.ts';
import type { Tools } from './budget-command.ts';
import { instant } from './instant.ts';
import { timeMs } from './option-values.ts';
import { whyText, type Lineage } from './why-text.ts';

/*
 * `emily models`, `emily usage` and `emily why`: what an Emily that runs serves, and what it has counted, from the
 * command line.
 */

type Row = Readonly<Record<string, unknown>>;

export type Asked = {
  readonly window?: string;
  readonly from?: number;
  readonly to?: number;
  readonly group?: string;
  readonly tenant?: string;
  readonly project?: string;
  readonly user?: string;
  readonly key?: string;
  readonly model?: string;
};

export const WINDOWS: readonly string[] = ['minute', 'hour', 'day', 'month'];
export const GROUPS: readonly string[] = ['none', 'tenant', 'model', 'user', 'key', 'project'];

export function addQuestionCommands(emily: Command, { withWhere, asking, listed }: Tools, out: (text: string) => void): void {
  withWhere(emily.command('models').description('the models that your key may ask for')).action(async (where: Where) => {
    const models = (await asking(where)('GET', '/v1/models'))['data'] as readonly Row[];
    listed(where.json ? models : models.map(({ id, owned_by: owner, max_model_len: contextTokens, description }) => ({ id, owner, contextTokens, description })), where);
  });
  withUsage(withWhere(emily.command('usage').description('what was used, by window'))).action(async ({ url, keyFile, json, ...asked }: Where & Asked) => {
    const where = { url, json, ...(keyFile !== undefined && { keyFile }) };
    const rows = (await asking(where)('GET', `/v1/usage${queryOf(asked)}`))['data'] as readonly Row[];
    listed(json ? rows : rows.map(usageLine), where);
  });
  withWhere(emily.command('why').description('what became of a request, and what it is charged').argument('<request>', 'its id, as the header x-request-id of its answer has it')).action(async (id: string, where: Where) => {
    const lineage = await asking(where)('GET', `/v1/requests/${encodeURIComponent(id)}`);
    out(where.json ? `${JSON.stringify(lineage)}\n` : whyText(lineage as unknown as Lineage));
  });
}

/** The options of a question about usage. */
export function withUsage(command: Command): Command {
  return command
    .addOption(new Option('--window <window>', 'how long each is').choices(WINDOWS).default('month'))
    .option('--from <time>', 'windows that end after it, as 2027-01-31T12:00:00Z', timeMs)
    .option('--to <time>', 'windows that begin before it', timeMs)
    .addOption(new Option('--group <what>', 'what is told apart').choices(GROUPS).default('model'))
    .option('--tenant <id>', 'of this tenant')
    .option('--project <id>', 'of the keys of this project')
    .option('--user <name>', 'of this user')
    .option('--key <id>', 'of this key')
    .option('--model <id>', 'of this model');
}

/** The options that were given, as the query of a path. */
export function queryOf(asked: Readonly<Record<string, string | number | undefined>>): string {
  const given = Object.entries(asked).flatMap(([name, value]) => (value === undefined ? [] : [[name, String(value)]]));
  return given.length === 0 ? '' : `?${new URLSearchParams(given as [string, string][]).toString()}`;
}

/** A row of usage in one line. */
export function usageLine({ window, ...row }: Row): Row {
  const { start, end } = window as { readonly start: number; readonly end: number };
  return { from: instant(start), to: instant(end), ...row };
}
