import { randomBytes } from 'node:crypto';
import { open, rename, rm } from 'node:fs/promises';
import { type Command, Option } from 'commander';
import { toCsv, type Cell } from '../console/table/csv.ts';
import type { Where } from './account-command.ts';
import type { Tools } from './budget-command.ts';
import { instant } from './instant.ts';
import { filePath } from './option-values.ts';
import { queryOf, usageLine, withUsage, type Asked } from './question-command.ts';

/*
 * `emily export`: usage, invoices and requests as a file, CSV for people and JSON lines for programs.
 */

type Row = Readonly<Record<string, unknown>>;
type Format = 'csv' | 'jsonl';
type File = Omit<Where, 'json'> & { readonly format: Format; readonly out?: string };
type Parts = { readonly tenant?: string; readonly user?: string; readonly model?: string; readonly key?: string; readonly outcome?: string };

/** As many as one answer may have. */
const ROWS_MAX = 1_000;

export type Outside = {
  /** Writes to standard output. */
  readonly out: (text: string) => void;
  /** What is said where there is no file. */
  readonly refused: (message: string, cause?: unknown) => Error;
};

export function addExportCommand(emily: Command, { withEmily, asking }: Tools, { out, refused }: Outside): void {
  const command = emily.command('export').description('numbers as a file');
  const exporting = (one: Command): Command =>
    withEmily(one)
      .addOption(new Option('--format <format>', 'for people, or for programs').choices(['csv', 'jsonl']).default('csv'))
      .option('--out <file>', 'where it goes; left out: standard output', filePath);
  const ask = ({ url, keyFile }: File, path: string): Promise<readonly Row[]> => asking({ url, json: false, ...(keyFile !== undefined && { keyFile }) })('GET', path).then((answer) => answer['data'] as readonly Row[]);

  exporting(withUsage(command.command('usage').description('what was used, by window'))).action(async ({ url, keyFile, format, out: path, ...asked }: File & Asked) => {
    const file = { url, format, ...(keyFile !== undefined && { keyFile }), ...(path !== undefined && { out: path }) };
    await written((await ask(file, `/v1/usage${queryOf(asked)}`)).map(usageLine), file);
  });
  exporting(command.command('invoices').description('invoices, a row for each of their lines'))
    .option('--month <month>', 'of this month, as 2026-11')
    .option('--tenant <id>', 'of this tenant')
    .option('--user <name>', 'of this user')
    .action(async ({ month, tenant, user, ...file }: File & Parts & { readonly month?: string }) => {
      const invoices = await ask(file, `/v1/invoices${queryOf({ month, tenant, user, limit: ROWS_MAX })}`);
      // Half an export would be taken for a whole one.
      if (invoices.length === ROWS_MAX) throw refused(`there are ${ROWS_MAX} invoices or more, and one answer has no more. Export a part, with --month, --tenant or --user.`);
      await written(invoices.flatMap(linesOf), file);
    });
  exporting(command.command('requests').description(`the newest ${ROWS_MAX} requests`))
    .option('--tenant <id>', 'of this tenant')
    .option('--user <name>', 'of this user')
    .option('--key <id>', 'of this key')
    .option('--model <id>', 'of this model')
    .option('--outcome <outcome>', 'open, completed, cancelled, failed, lost or refused')
    .action(async ({ tenant, user, key, model, outcome, ...file }: File & Parts) => {
      const requests = await ask(file, `/v1/requests${queryOf({ tenant, user, key, model, outcome, limit: ROWS_MAX })}`);
      await written(requests.map((row) => ({ ...row, admittedAt: instant(row['admittedAt'] as number) })), file);
    });

  async function written(rows: readonly Row[], { format, out: path }: File): Promise<void> {
    const text = format === 'csv' ? csvOf(rows) : rows.map((row) => `${JSON.stringify(row)}\n`).join('');
    if (path === undefined) return out(text);
    await writeWhole(path, text).catch((error: unknown) => {
      throw refused(`cannot write ${path}: ${(error as Error).message}`, error);
    });
  }
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
  const names = [...new Set(flatRows.flatMap((row) => Object.keys(row)))];
  // What is null in one row has columns of its own by others.
  const header = names.filter((name) => !names.some((other) => other.startsWith(`${name}.`)));
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
