import type { FastifyPluginAsync } from 'fastify';
import type { Program } from 'millrace';
import { invoiceDocument, monthLabel } from '../bill/invoice-document.ts';
import { euro } from '../domain/money.ts';
import type { PriceId } from '../domain/names.ts';
import type { InvoiceKey } from '../bill/invoices.ts';
import { priceOf } from '../price/price.ts';
import type { Access } from './access.ts';
import { asOf } from './as-of.ts';
import type { EmilyTables } from './program.ts';
import { isMonth, plainNumber, questionOf } from './question.ts';
import { badParameter, refuse } from './refuse.ts';

export type QueryOptions = {
  readonly program: Program<EmilyTables>;
  readonly access: Access;
  readonly zone: string;
};

const INVOICES_MAX = 1_000;
const UNENDED_SHOWN_MAX = 1_000;
const invoiceParameters: readonly string[] = ['month', 'tenant', 'user', 'limit'];

/**
 * `GET /v1/invoices`: the same for customers, with their own numbers only, and for the
 * console. For the operator, `GET /v1/missing`: who is missing what; and `GET /v1/unended`: requests that timed
 * out, because their gateway was given up, ends that came after that, and what was lost with a gateway that died.
 */
export const queryRoutes = ({ program, access, zone }: QueryOptions): FastifyPluginAsync => async (app) => {
  const terms = { zone, currency: euro, perRequest: (id: PriceId) => priceOf(id).perRequest };

  app.get('/v1/invoices', async (request, reply) => {
    const viewer = await access.reader(request, reply);
    if (viewer === undefined) return reply;
    const question = questionOf(request.query, invoiceParameters, reply);
    if (question === undefined) return reply;
    const { month, tenant, user, limit = '200' } = question;
    const most = plainNumber(limit) ?? 0;
    if (most < 1 || most > INVOICES_MAX) return refuse(reply, badParameter('limit', `a whole number from 1 to ${INVOICES_MAX}`, limit));
    if (month !== undefined && !isMonth(month)) return refuse(reply, badParameter('month', 'a month, like 2026-11', month));
    const known = asOf(program);
    const isAsked = ({ key }: { readonly key: InvoiceKey }): boolean =>
      (viewer.of === undefined || key.tenant === viewer.of) && (tenant ?? key.tenant) === key.tenant && (user ?? key.user) === key.user;
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
