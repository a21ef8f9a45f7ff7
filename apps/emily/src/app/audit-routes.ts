import type { FastifyPluginAsync } from 'fastify';
import type { Accounts } from '../account/accounts.ts';
import type { Users } from '../account/users.ts';
import type { ChainedCommand, CommandChain } from '../account/command-chain.ts';
import { keyId, userId, type TenantId } from '../domain/names.ts';
import type { Access } from './access.ts';
import { checkChain } from './chain-check.ts';
import { plainNumber, questionOf } from './question.ts';
import { badParameter, operatorOnly, refuse } from './refuse.ts';
import { Turns } from './turns.ts';

export type AuditOptions = {
  readonly accounts: Accounts;
  readonly users: Users;
  readonly access: Access;
  readonly chain: CommandChain;
  readonly commands: () => Iterable<ChainedCommand>;
};

type Act = { readonly number: number; readonly at: string; readonly act: string; readonly by?: string; readonly chain: string | null };

/** What opens something, or belongs to a person. */
const hidden: ReadonlySet<string> = new Set(['digest', 'linkDigest', 'sessionDigest', 'sealed']);

const ROWS_MAX = 1_000;

/**
 * `GET /v1/audit?from=N`: for the operator, every administrative act in its order, from the N-th on, with its chain:
 * who keeps one sees later that nothing before it has changed. Of secrets there are digests only, which are left out.
 *
 * With `tenant` only what was done about that tenant. For a tenant's administrators that is their own, numbered by
 * itself and without the chain, which tells how much was done for others; whoever acted for the operator is `operator`.
 *
 * `GET /v1/audit/chain?kept=CHAIN`: for the operator and auditors, whether the log is what was written, and where in it
 * a chain is that somebody kept.
 */
export const auditRoutes = ({ accounts, users, access, chain, commands }: AuditOptions): FastifyPluginAsync => async (app) => {
  app.get('/v1/audit', async (request, reply) => {
    const who = await access.who(request, reply, 'audit');
    if (who === undefined) return reply;
    const question = questionOf(request.query, ['from', 'tenant'], reply);
    if (question === undefined) return reply;
    const from = plainNumber(question['from'] ?? '0');
    if (from === undefined) return refuse(reply, badParameter('from', 'the number of an act, 0 for the first', question['from'] as string));
    const of = question['tenant'] ?? who.of;
    if (who.of !== undefined && of !== who.of) return refuse(reply, operatorOnly);
    const isOwn = (by: string): boolean => by === `console session of ${who.of}` || users.get(userId(by.replace(/^user /, '')))?.tenant === who.of || accounts.key(keyId(by.replace(/^key /, '')))?.tenant === who.of;
    const data: object[] = [];
    const turns = new Turns();
    let number = 0;
    for (const command of commands()) {
      const isAsked = of === undefined || tenantOf(command, accounts, users) === of;
      if (isAsked && number >= from) data.push(who.of === undefined ? actOf(number, command) : actForTenant(number, command, isOwn));
      if (isAsked || who.of === undefined) number += 1;
      if (data.length === ROWS_MAX) break;
      if (turns.over) await turns.others();
    }
    const next = data.length === ROWS_MAX ? number : null;
    return who.of === undefined ? { data, next, head: chain.head } : { data, next };
  });

  app.get('/v1/audit/chain', async (request, reply) => {
    const who = await access.who(request, reply, 'audit');
    if (who === undefined) return reply;
    if (who.of !== undefined) return refuse(reply, operatorOnly);
    const question = questionOf(request.query, ['kept'], reply);
    if (question === undefined) return reply;
    const { kept } = question;
    if (kept !== undefined && !/^[0-9a-f]{64}$/.test(kept)) return refuse(reply, badParameter('kept', 'a chain, 64 digits of 0-9 and a-f', kept));
    return checkChain(commands(), kept);
  });
};

/** Whom an act was about; undefined: nobody in particular. */
function tenantOf(command: ChainedCommand, accounts: Accounts, users: Users): TenantId | undefined {
  if ('tenant' in command) return command.tenant;
  if ('key' in command) return accounts.key(command.key)?.tenant;
  return 'user' in command && command.user !== undefined ? users.get(command.user)?.tenant : undefined;
}

function actForTenant(number: number, command: ChainedCommand, isOwn: (by: string) => boolean): object {
  const { chain: _chain, ...act } = actOf(number, command);
  return act.by === undefined ? act : { ...act, by: isOwn(act.by) ? act.by : 'operator' };
}

function actOf(number: number, { kind, at, chain, ...rest }: ChainedCommand): Act {
  const shown = Object.fromEntries(Object.entries(rest).filter(([name]) => !hidden.has(name)));
  return { number, at: new Date(at).toISOString(), act: kind, ...shown, chain: chain ?? null };
}
