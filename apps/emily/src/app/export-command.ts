import { randomBytes } from 'node:crypto';
import { open, rename, rm } from 'node:fs/promises';
import { Argument, type Command, Option } from 'commander';
import { toCsv, type Cell } from '../console/table/csv.ts';
import type { Ask, Where } from './account-command.ts';
import type { Tools } from './budget-command.ts';
import { instant } from './instant.ts';
import { filePath } from './option-values.ts';
import { queryOf, usageLine, withUsage, type Asked } from './question-command.ts';

/*
 * `emily export`: usage, invoices and requests as a file, CSV for people and JSON lines for programs.
 */

type Row = Readonly<Record<string, unknown>>;
type Options = Where & Asked & { readonly month?: string; readonly outcome?: string; readonly format: 'csv' | 'jsonl'; readonly out?: string };

/** As many as one answer may have. */
const ROWS_MAX = 1_000;

const KINDS: Readonly<Record<string, (ask: Ask, options: Options) => Promise<readonly Row[]>>> = {
  usage: async (ask, { window, from, to, group, tenant, project, user, key, model }) =>
    (await dataOf(ask, `/v1/usage${queryOf({ window, from, to, group, tenant, project, user, key, model })}`)).map(usageLine),
  invoices: async (ask, { month, tenant, user }) => whole(await dataOf(ask, `/v1/invoices${queryOf({ month, tenant, user, limit: ROWS_MAX })}`), 'invoices', '--month, --tenant or --user').flatMap(linesOf),
  requests: async (ask, { tenant, model, outcome, key, user }) => dataOf(ask, `/v1/requests${queryOf({ tenant, model, outcome, key, user, limit: ROWS_MAX })}`),
};

export function addExportCommand(emily: Command, { withWhere, asking }: Tools, { out, refused }: { readonly out: (text: string) => void; readonly refused: (message: string, cause?: unknown) => Error }): void {
  const command = emily
    .command('export')
    .description('usage, the lines of invoices, or the newest requests, as a file')
    .addArgument(new Argument('<what>', 'what is exported').choices(Object.keys(KINDS)));
  withUsage(withWhere(command))
    .option('--month <month>', 'of invoices: of this month, as 2026-11')
    .option('--outcome <outcome>', 'of requests: open, completed, cancelled, failed, lost or refused')
    .addOption(new Option('--format <format>', 'for people, or for programs').choices(['csv', 'jsonl']).default('csv'))
    .option('--out <file>', 'where it goes; left out: standard output', filePath)
    .action(async (what: string, options: Options) => {
      const { url, json, keyFile, format, out: file } = options;
      const rows = await (KINDS[what] as (typeof KINDS)[string])(asking({ url, json, ...(keyFile !== undefined && { keyFile }) }), options).catch((error: unknown) => {
        throw error instanceof TooMany ? refused(error.message) : error;
      });
      const text = format === 'csv' ? csvOf(rows) : rows.map((row) => `${JSON.stringify(row)}\n`).join('');
      if (file === undefined) return out(text);
      await writeWhole(file, text).catch((error: unknown) => {
        throw refused(`cannot write ${file}: ${(error as Error).message}`, error);
      });
    });
}

/** There may be more than came: half an export would be taken for a whole one. */
class TooMany extends Error {}

function whole(rows: readonly Row[], what: string, narrower: string): readonly Row[] {
  if (rows.length === ROWS_MAX) throw new TooMany(`there are ${ROWS_MAX} ${what} or more, and one answer has no more. Export a part, with ${narrower}.`);
  return rows;
}

async function dataOf(ask: Ask, path: string): Promise<readonly Row[]> {
  return (await ask('GET', path))['data'] as readonly Row[];
}

/** An invoice as a row for each of its lines. */
function linesOf({ lines, id, tenant, user, measured, period, status, number, currency, total }: Row): readonly Row[] {
  const { start, end, zone } = period as { readonly start: number; readonly end: number; readonly zone: string };
  return (lines as readonly Row[]).map((line) => ({ invoice: id, number, status, tenant, user, measured, from: instant(start), to: instant(end), zone, ...line, total, currency }));
}

/** What is in an object has a column of its own, `units.requests`; a list is one cell. */
function flat(row: Row, before = ''): Readonly<Record<string, Cell>> {
  return Object.fromEntries(
    Object.entries(row).flatMap(([name, value]) => {
      if (Array.isArray(value)) return [[before + name, value.map(String).join(' ')] as const];
      if (typeof value === 'object' && value !== null) return Object.entries(flat(value as Row, `${before}${name}.`));
      return [[before + name, typeof value === 'number' ? value : String(value ?? '')] as const];
    }),
  );
}

function csvOf(rows: readonly Row[]): string {
  const flatRows = rows.map((row) => flat(row));
  const header = [...new Set(flatRows.flatMap((row) => Object.keys(row)))];
  return toCsv(header, flatRows.map((row) => header.map((name) => row[name] ?? '')));
}

/** Under its name there is all of it, or what was there before. */
async function writeWhole(path: string, text: string): Promise<void> {
  const beside = `${path}.${randomBytes(6).toString('hex')}.part`;
  try {
    const file = await open(beside, 'wx');
    try {
      await file.writeFile(text);
      await file.sync();
    } finally {
      await file.close();
    }
    await rename(beside, path);
  } catch (error) {
    await rm(beside, { force: true });
    throw error;
  }
}
