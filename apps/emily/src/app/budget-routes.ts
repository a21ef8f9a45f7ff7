import type { FastifyPluginAsync, FastifyReply } from 'fastify';
import type { Program } from 'millrace';
import type { Accounts } from '../account/accounts.ts';
import { pico, picoText, type Currency } from '../domain/money.ts';
import { tenantId, type TenantId } from '../domain/names.ts';
import { excerpt, type Problem } from '../gateway/problem.ts';
import type { Access, Administrator } from './access.ts';
import { asOf } from './as-of.ts';
import { BudgetConflict, OperatorsBudget, UnknownBudget, type BudgetDesk, type BudgetView } from './budget-desk.ts';
import { BUDGET_MEMBERS, CREDIT_MEMBERS, REMOVAL_MEMBERS, budgetWishOf, creditWishOf, removalOf } from './budget-wishes.ts';
import type { EmilyTables } from './program.ts';
import { questionOf } from './question.ts';
import { operatorOnly, refuse } from './refuse.ts';
import { wished } from './wished.ts';

export type BudgetOptions = { readonly program: Program<EmilyTables>; readonly accounts: Accounts; readonly desk: BudgetDesk; readonly access: Access; readonly currency: Currency };

const BODY_BYTES_MAX = 8 * 1_024;
const WRITTEN_OFF_SHOWN_MAX = 1_000;

/**
 * Budgets and credit. Of who may read or administer a tenant, and of the operator: `GET /v1/budgets` and
 * `GET /v1/write-offs`. Of its administrators and the operator: `POST /v1/budgets`, `POST /v1/budgets/remove`. Of the
 * operator and finance: `POST /v1/credit`. What is decided is durable when the answer comes, and holds for the next call.
 */
export const budgetRoutes = ({ program, accounts, desk, access, currency }: BudgetOptions): FastifyPluginAsync => async (app) => {
  app.removeAllContentTypeParsers();
  app.addContentTypeParser('application/json', { parseAs: 'buffer' }, (_request, body, done) => done(null, body));
  const limit = { bodyLimit: BODY_BYTES_MAX };

  app.get('/v1/budgets', async (request, reply) => {
    const who = await access.reader(request, reply);
    if (who === undefined) return reply;
    const question = questionOf(request.query, ['tenant'], reply);
    if (question === undefined) return reply;
    const asked = tenantAsked(accounts, question['tenant'], who.of);
    return 'status' in asked ? refuse(reply, asked) : { data: desk.views(asked.of).map((view) => viewOf(view, currency)) };
  });

  app.get('/v1/write-offs', async (request, reply) => {
    const who = await access.reader(request, reply);
    if (who === undefined) return reply;
    const question = questionOf(request.query, ['tenant'], reply);
    if (question === undefined) return reply;
    const asked = tenantAsked(accounts, question['tenant'], who.of);
    if ('status' in asked) return refuse(reply, asked);
    const known = asOf(program);
    const rows = await program.tables.writtenOff.scan(({ key }) => asked.of === undefined || key.tenant === asked.of);
    const data = rows
      .toSorted((a, b) => b.value.at - a.value.at)
      .slice(0, WRITTEN_OFF_SHOWN_MAX)
      .map(({ key, value: { charged, writtenOff, at, ...rest } }) => ({ ...key, at: timeOf(at), ...rest, charged: picoText(pico(charged)), writtenOff: picoText(pico(writtenOff)), currency: currency.code }));
    return { data, count: rows.length, asOf: known };
  });

  app.post('/v1/budgets', limit, async (request, reply) => {
    const who = await access.administrator(request, reply);
    if (who === undefined) return reply;
    const wish = wished(request.body, BUDGET_MEMBERS, budgetWishOf);
    if (typeof wish === 'string') return refuse(reply, badBody(wish, BUDGET_MEMBERS));
    const tenant = tenantFor(accounts, wish.tenant, who);
    if (typeof tenant !== 'string') return refuse(reply, tenant);
    const { scope } = wish;
    if (scope.kind === 'key' && accounts.key(scope.key)?.tenant !== tenant) return refuse(reply, unknown(`there is no key ${excerpt(scope.key)}`));
    // A budget outlives its key: those that are made in its place are held to it.
    const of = scope.kind === 'key' ? { ...scope, key: accounts.origin(scope.key) } : scope;
    return answered(reply, async () => viewOf(await desk.set({ ...wish, scope: of, tenant }, who.by, who.of === undefined), currency));
  });

  app.post('/v1/budgets/remove', limit, async (request, reply) => {
    const who = await access.administrator(request, reply);
    if (who === undefined) return reply;
    const wish = wished(request.body, REMOVAL_MEMBERS, removalOf);
    if (typeof wish === 'string') return refuse(reply, badBody(wish, REMOVAL_MEMBERS));
    const tenant = tenantFor(accounts, wish.tenant, who);
    if (typeof tenant !== 'string') return refuse(reply, tenant);
    return answered(reply, async () => {
      await desk.remove(tenant, wish.name, who.by, who.of === undefined);
      return { tenant, id: wish.name, removed: true };
    });
  });

  app.post('/v1/credit', limit, async (request, reply) => {
    const who = await access.who(request, reply, 'credit');
    if (who === undefined) return reply;
    const wish = wished(request.body, CREDIT_MEMBERS, creditWishOf);
    if (typeof wish === 'string') return refuse(reply, badBody(wish, CREDIT_MEMBERS));
    if (accounts.tenant(wish.tenant) === undefined) return refuse(reply, unknown(`there is no tenant ${wish.tenant}`));
    return answered(reply, async () => viewOf(await desk.grant(wish, who.by), currency));
  });
};

/** Whose budgets are asked about; undefined: everybody's. */
function tenantAsked(accounts: Accounts, asked: string | undefined, of: TenantId | undefined): { readonly of: TenantId | undefined } | Problem {
  if (asked === undefined) return { of };
  if (of !== undefined && asked !== of) return operatorOnly;
  return accounts.tenant(tenantId(asked)) === undefined ? unknown(`there is no tenant ${excerpt(asked)}`) : { of: tenantId(asked) };
}

/** The tenant whose budget is meant, where this administrator may set it. */
function tenantFor(accounts: Accounts, asked: TenantId | undefined, { of }: Administrator): TenantId | Problem {
  const tenant = asked ?? of;
  if (tenant === undefined) return badBody('tenant must be the id of a tenant: the operator sets budgets for all of them.', BUDGET_MEMBERS);
  if (of !== undefined && tenant !== of) return operatorOnly;
  return accounts.tenant(tenant) === undefined ? unknown(`there is no tenant ${tenant}`) : tenant;
}

async function answered(reply: FastifyReply, work: () => Promise<object>): Promise<FastifyReply> {
  try {
    return await reply.send(await work());
  } catch (error) {
    if (error instanceof OperatorsBudget) return refuse(reply, operatorOnly);
    if (error instanceof UnknownBudget) return refuse(reply, unknown(error.message));
    if (!(error instanceof BudgetConflict)) throw error;
    return refuse(reply, { status: 409, code: 'budget_conflict', message: `${upper(error.message)}.`, expected: 'a budget in whose state that can be done', got: error.message, cure: 'Look at it with `GET /v1/budgets`, or take another id.' });
  }
}

const badBody = (flaw: string, members: readonly string[]): Problem => ({
  status: 400,
  code: 'invalid_budget',
  message: flaw,
  expected: `the JSON of an object with ${members.join(', ')}`,
  got: 'something else',
  cure: 'Correct the body, and send it as application/json.',
});

const unknown = (what: string): Problem => ({ status: 404, code: 'unknown_budget', message: `${upper(what)}.`, expected: 'a tenant, key or budget of yours', got: what, cure: 'Take the id from `GET /v1/budgets`, `GET /v1/keys` or `GET /v1/tenants`.' });

const upper = (text: string): string => `${text[0]?.toUpperCase()}${text.slice(1)}`;

const timeOf = (ms: number): string => new Date(ms).toISOString();

function viewOf({ budget, name, isOperators, setAt, period, standing, alerts }: BudgetView, { code }: Currency): object {
  const { tenant, scope, kind, limit } = budget;
  const { kind: of, ...named } = scope;
  const { spent, reserved } = standing;
  const left = limit - spent - reserved;
  return {
    tenant,
    id: name,
    of,
    ...named,
    period: budget.period,
    kind,
    limit: picoText(limit),
    currency: code,
    setBy: isOperators ? 'operator' : 'tenant',
    setAt: timeOf(setAt),
    current: { period, spent: picoText(spent), reserved: picoText(reserved), left: picoText(pico(left < 0n ? 0n : left)) },
    alerts: alerts.map(({ percent, limit: then, at }) => ({ percent, limit: picoText(then), at: timeOf(at) })),
  };
}
