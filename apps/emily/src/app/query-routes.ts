import type { FastifyPluginAsync } from 'fastify';
import type { Program, Row } from 'millrace';
import { invoiceDocument, monthLabel } from '../bill/invoice-document.ts';
import { euro } from '../domain/money.ts';
import type { PriceId } from '../domain/names.ts';
import type { InvoiceKey } from '../bill/invoices.ts';
import type { UsageKey, UsageTotals } from '../meter/meter.ts';
import type { Problem } from '../gateway/problem.ts';
import { priceOf } from '../price/price.ts';
import type { Access } from './access.ts';
import { asOf } from './as-of.ts';
import type { EmilyTables } from './program.ts';
import { isMonth, plainNumber, questionOf } from './question.ts';
import { badParameter, refuse } from './refuse.ts';
import { addUp, SumTooLarge, type Grouping } from './usage-query.ts';

export type QueryOptions = {
  readonly program: Program<EmilyTables>;
  readonly access: Access;
  readonly zone: string;
};

const windows = ['minute', 'month'] as const;
const groupings: readonly string[] = ['none', 'tenant', 'model', 'user'];
const INVOICES_MAX = 1_000;
const UNENDED_SHOWN_MAX = 1_000;
const aTime = 'whole ms since 1970 in plain digits';
const usageParameters: readonly string[] = ['window', 'from', 'to', 'group', 'tenant', 'user', 'model'];
const invoiceParameters: readonly string[] = ['month', 'tenant', 'user', 'limit'];

const sumTooLarge = ({ message, quantity }: SumTooLarge): Problem => ({
  status: 422,
  code: 'sum_too_large',
  message: `This cannot be answered exactly: ${message}. Ask for it apart, with group=user, or by minute.`,
  expected: `sums up to ${Number.MAX_SAFE_INTEGER}`,
  got: `a larger one of ${quantity}`,
  cure: 'Ask for it apart, with group=user, or by minute.',
});

/**
 * `GET /v1/usage` and `GET /v1/invoices`: the same for customers, with their own numbers only, and for the
 * console. For the operator, `GET /v1/missing`: who is missing what; and `GET /v1/unended`: requests that timed
 * out, because their gateway was given up, and ends that came after that.
 */
export const queryRoutes = ({ program, access, zone }: QueryOptions): FastifyPluginAsync => async (app) => {
  const terms = { zone, currency: euro, perRequest: (id: PriceId) => priceOf(id).perRequest };

  app.get('/v1/usage', async (request, reply) => {
    const viewer = await access.viewer(request, reply, 'read');
    if (viewer === undefined) return reply;
    const question = questionOf(request.query, usageParameters, reply);
    if (question === undefined) return reply;
    const { window = 'month', tenant, user, model, from = '0', to = String(Number.MAX_SAFE_INTEGER), group = 'model' } = question;
    if (window !== 'minute' && window !== 'month') return refuse(reply, badParameter('window', `one of ${windows.join(', ')}`, window));
    if (!groupings.includes(group)) return refuse(reply, badParameter('group', `one of ${groupings.join(', ')}`, group));
    const [start, end] = [plainNumber(from), plainNumber(to)];
    if (start === undefined) return refuse(reply, badParameter('from', aTime, from));
    if (end === undefined) return refuse(reply, badParameter('to', aTime, to));
    const { perMinute, perMonth, sentInPerMinute, sentInPerMonth } = program.tables;
    const [here, elsewhere] = window === 'minute' ? [perMinute, sentInPerMinute] : [perMonth, sentInPerMonth];
    const known = asOf(program);
    const isAsked = (row: Row<UsageKey, UsageTotals>): boolean =>
        row.window !== undefined &&
        row.window.end > start &&
        row.window.start < end &&
        (viewer.kind === 'operator' || row.key.tenant === viewer.tenant) &&
        (tenant ?? row.key.tenant) === row.key.tenant &&
        (user ?? row.key.user) === row.key.user &&
        (model ?? row.key.model) === row.key.model;
    // Both are asked before either is waited for, so that they answer as of the same commit.
    const [called, sentIn] = await Promise.all([here.scan(isAsked), elsewhere.scan(isAsked)]);
    try {
      const data = [...addUp(called, group as Grouping, 'here'), ...addUp(sentIn, group as Grouping, 'elsewhere')];
      return { data: data.sort((a, b) => a.window.start - b.window.start), asOf: known };
    } catch (error) {
      if (!(error instanceof SumTooLarge)) throw error;
      return refuse(reply, sumTooLarge(error));
    }
  });

  app.get('/v1/invoices', async (request, reply) => {
    const viewer = await access.viewer(request, reply, 'read');
    if (viewer === undefined) return reply;
    const question = questionOf(request.query, invoiceParameters, reply);
    if (question === undefined) return reply;
    const { month, tenant, user, limit = '200' } = question;
    const most = plainNumber(limit) ?? 0;
    if (most < 1 || most > INVOICES_MAX) return refuse(reply, badParameter('limit', `a whole number from 1 to ${INVOICES_MAX}`, limit));
    if (month !== undefined && !isMonth(month)) return refuse(reply, badParameter('month', 'a month, like 2026-11', month));
    const known = asOf(program);
    const isAsked = ({ key }: { readonly key: InvoiceKey }): boolean =>
      (viewer.kind === 'operator' || key.tenant === viewer.tenant) && (tenant ?? key.tenant) === key.tenant && (user ?? key.user) === key.user;
    const { invoices, sentInInvoices } = program.tables;
    const [called, sentIn] = await Promise.all([invoices.scan(isAsked), sentInInvoices.scan(isAsked)]);
    const rows = [...called.map((row) => ({ row, measured: 'here' as const })), ...sentIn.map((row) => ({ row, measured: 'elsewhere' as const }))];
    const data = rows
      .filter(({ row }) => month === undefined || monthLabel(row.window?.start ?? 0, zone) === month)
      .map(({ row, measured }) => ({ row, measured, amount: row.value.reduce((sum, { amount }) => sum + amount, 0n) }))
      .sort((a, b) => (a.amount < b.amount ? 1 : a.amount > b.amount ? -1 : 0))
      .slice(0, most)
      .map(({ row, measured }) => invoiceDocument(row, { ...terms, measured }));
    return { data, asOf: known };
  });

  app.get('/v1/missing', async (request, reply) => {
    if (!(await access.onlyOperator(request, reply))) return reply;
    if (questionOf(request.query, [], reply) === undefined) return reply;
    return { data: program.missing(), asOf: asOf(program) };
  });

  app.get('/v1/unended', async (request, reply) => {
    if (!(await access.onlyOperator(request, reply))) return reply;
    if (questionOf(request.query, [], reply) === undefined) return reply;
    const known = asOf(program);
    const rows = await program.tables.unended.scan();
    const data = rows.slice(-UNENDED_SHOWN_MAX).flatMap(({ key, value: { admitted, end } }) => {
      const fact = admitted ?? end;
      if (fact === null) return [];
      const { admittedAt, user, model, producer } = fact;
      return [{ ...key, admittedAt, user, model, gateway: producer, timedOut: admitted !== null, end: end === null ? null : { outcome: end.outcome, units: end.units, provenance: end.provenance } }];
    });
    return { data, count: rows.length, asOf: known };
  });
};
