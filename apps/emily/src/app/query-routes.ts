import type { FastifyPluginAsync } from 'fastify';
import type { Program } from 'millrace';
import { invoiceDocument, type InvoiceTerms, monthLabel } from '../bill/invoice-document.ts';
import { euro } from '../domain/money.ts';
import { priceOf } from '../price/price.ts';
import { type Access, refuse } from './access.ts';
import { asOf } from './as-of.ts';
import type { EmilyTables } from './program.ts';
import { addUp, type Grouping } from './usage-query.ts';

export type QueryOptions = {
  readonly program: Program<EmilyTables>;
  readonly access: Access;
  readonly zone: string;
};

const windows = ['minute', 'month'] as const;
const groupings: readonly string[] = ['none', 'tenant', 'model', 'user'];
const INVOICES_MAX = 1_000;

/** `GET /v1/usage` and `GET /v1/invoices`: the same for customers, with their own numbers only, and for the console. */
export const queryRoutes = ({ program, access, zone }: QueryOptions): FastifyPluginAsync => async (app) => {
  const terms: InvoiceTerms = { zone, currency: euro, perRequest: (id) => priceOf(id).perRequest };

  app.get<{ Querystring: Record<string, string | undefined> }>('/v1/usage', async (request, reply) => {
    const viewer = await access.viewer(request, reply, 'read');
    if (viewer === undefined) return reply;
    const { window = 'month', from = '0', to = String(Number.MAX_SAFE_INTEGER), group = 'model' } = request.query;
    if (window !== 'minute' && window !== 'month') return refuse(reply, 400, 'invalid_parameter', `window must be one of ${windows.join(', ')}, not '${window}'.`);
    if (!groupings.includes(group)) return refuse(reply, 400, 'invalid_parameter', `group must be one of ${groupings.join(', ')}, not '${group}'.`);
    const [start, end] = [Number(from), Number(to)];
    if (!Number.isSafeInteger(start) || !Number.isSafeInteger(end)) {
      return refuse(reply, 400, 'invalid_parameter', `from and to must be whole ms since 1970, not '${from}' and '${to}'.`);
    }
    const table = window === 'minute' ? program.tables.perMinute : program.tables.perMonth;
    const rows = await table.scan(
      (row) =>
        row.window !== undefined && row.window.end > start && row.window.start < end && (viewer.kind === 'operator' || row.key.tenant === viewer.tenant),
    );
    return { data: addUp(rows, group as Grouping), asOf: asOf(program) };
  });

  app.get<{ Querystring: Record<string, string | undefined> }>('/v1/invoices', async (request, reply) => {
    const viewer = await access.viewer(request, reply, 'read');
    if (viewer === undefined) return reply;
    const { month, limit = '200' } = request.query;
    const most = Number(limit);
    if (!Number.isInteger(most) || most < 1 || most > INVOICES_MAX) {
      return refuse(reply, 400, 'invalid_parameter', `limit must be a whole number from 1 to ${INVOICES_MAX}, not '${limit}'.`);
    }
    if (month !== undefined && !/^\d{4}-\d{2}$/.test(month)) return refuse(reply, 400, 'invalid_parameter', `month must be like 2026-11, not '${month}'.`);
    const rows = await program.tables.invoices.scan((row) => viewer.kind === 'operator' || row.key.tenant === viewer.tenant);
    const data = rows
      .filter((row) => month === undefined || monthLabel(row.window?.start ?? 0, zone) === month)
      .map((row) => ({ row, amount: row.value.reduce((sum, { amount }) => sum + amount, 0n) }))
      .sort((a, b) => (a.amount < b.amount ? 1 : a.amount > b.amount ? -1 : 0))
      .slice(0, most)
      .map(({ row }) => invoiceDocument(row, terms));
    return { data, asOf: asOf(program) };
  });
};
