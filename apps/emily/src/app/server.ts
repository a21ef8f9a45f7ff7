import fastify, { type FastifyInstance } from 'fastify';
import type { Program } from 'millrace';
import { Registry } from 'prom-client';
import type { AccountDesk } from '../account/account-desk.ts';
import type { Accounts } from '../account/accounts.ts';
import type { ChainedCommand, CommandChain } from '../account/command-chain.ts';
import type { Session, Sessions } from '../account/session.ts';
import type { UserDesk } from '../account/user-desk.ts';
import type { Users } from '../account/users.ts';
import { euro } from '../domain/money.ts';
import type { EpochMs, TenantId } from '../domain/names.ts';
import type { ReplicaState } from '../fleet/slot.ts';
import { front } from '../gateway/front.ts';
import type { FairShare } from '../gateway/fair-share.ts';
import { gateway, type GatewayOptions } from '../gateway/gateway.ts';
import type { UsageMessage } from '../gateway/numbering.ts';
import { serverOptions } from '../gateway/server-options.ts';
import { Access } from './access.ts';
import { accountRoutes } from './account-routes.ts';
import { auditRoutes } from './audit-routes.ts';
import type { BudgetDesk } from './budget-desk.ts';
import { budgetRoutes } from './budget-routes.ts';
import { ClosedMonths } from './closed-months.ts';
import { consoleRoutes } from './console-routes.ts';
import { eventRoutes } from './event-routes.ts';
import { fleetMetrics } from './fleet-metrics.ts';
import { fleetRoutes } from './fleet-routes.ts';
import type { HoldDesk } from './hold-desk.ts';
import { healthRoute } from './health-route.ts';
import { holdRoutes } from './hold-routes.ts';
import { httpMetrics } from './http-metrics.ts';
import type { KeyLimitDesk } from './key-limit-desk.ts';
import { lastConnections } from './last-connections.ts';
import { metricsRoute } from './metrics-route.ts';
import { openApiRoute } from './openapi/openapi-route.ts';
import { processMetrics } from './process-metrics.ts';
import { programMetrics } from './program-metrics.ts';
import { AHEAD_MAX, PIPELINE, logs, type EmilyTables } from './program.ts';
import { projectRoutes } from './project-routes.ts';
import { queryRoutes } from './query-routes.ts';
import { RequestBook } from './request-book.ts';
import { requestRoutes } from './request-routes.ts';
import { signInRoutes } from './sign-in-routes.ts';
import { userRoutes } from './user-routes.ts';
import { passwordRoutes } from './password-routes.ts';
import { popularityRoutes } from './popularity-routes.ts';
import { usageRoute } from './usage-route.ts';

export const LOG_LEVELS = ['error', 'warn', 'info', 'debug'] as const;
export type LogLevel = (typeof LOG_LEVELS)[number];

export type ServerOptions = {
  readonly program: Program<EmilyTables>;
  readonly accounts: Accounts;
  readonly desk: AccountDesk;
  /** Of the log of commands. */
  readonly chain: CommandChain;
  readonly sessions: Sessions;
  readonly holds: HoldDesk;
  readonly budgets: BudgetDesk;
  readonly keyLimits: KeyLimitDesk;
  readonly gateway: GatewayOptions;
  readonly replicas: () => readonly ReplicaState[];
  /** Shares the replicas among the tenants. */
  readonly shares: FairShare;
  readonly operator: TenantId;
  /** Where browsers find Emily, if that is not where it listens. */
  /** From which level on something is said on standard error, a line of JSON each; `info` tells of every call. */
  readonly logLevel?: LogLevel | undefined;
  readonly publicOrigin?: string | undefined;
  readonly users: Users;
  readonly userDesk: UserDesk;
  readonly zone: string;
  readonly minutesKeptMs: number;
  readonly page: string;
  readonly clock: () => EpochMs;
  readonly hello: (who: Session) => object;
  readonly now: () => Promise<object>;
};

/** Everything Emily answers over HTTP, not yet listening. */
export async function emilyServer(options: ServerOptions): Promise<FastifyInstance> {
  const { program, accounts, desk, chain, sessions, users, userDesk, zone, page, clock, hello, now, operator, holds, budgets, keyLimits } = options;
  const access = new Access({ accounts, sessions, operator, publicOrigin: options.publicOrigin });
  // What goes wrong inside is told on standard error, and outside only that it did.
  const server = fastify({ ...serverOptions, logger: { level: options.logLevel ?? 'warn', stream: process.stderr } });
  const registry = new Registry();
  httpMetrics(server, registry);
  processMetrics(registry);
  const waiting = (): ReturnType<FairShare['waiting']> => options.shares.waiting();
  fleetMetrics(program, options.replicas, waiting, registry);
  const unwatch = programMetrics(program, PIPELINE, registry, clock);
  server.addHook('onClose', async () => unwatch());
  front(server);
  await server.register(gateway(options.gateway));
  await server.register(usageRoute({ program, projectOf: (key) => accounts.key(key)?.project ?? '', access, zone, minutesKeptMs: options.minutesKeptMs }));
  await server.register(queryRoutes({ program, access, zone }));
  await server.register(requestRoutes({ program, access, book: requestBook(program), zone, currency: euro }));
  await server.register(openApiRoute);
  await server.register(healthRoute({ program }));
  await server.register(popularityRoutes({ program, access, clock }));
  await server.register(fleetRoutes({ program, access, replicas: options.replicas, waiting }));
  await server.register(metricsRoute({ access, registry }));
  await server.register(holdRoutes({ program, access, holds }));
  await server.register(accountRoutes({ accounts, users, desk, access, limits: keyLimits }));
  await server.register(budgetRoutes({ program, accounts, desk: budgets, access, currency: euro }));
  await server.register(projectRoutes({ accounts, desk, access }));
  await server.register(userRoutes({ accounts, users, desk: userDesk, sessions, access }));
  await server.register(passwordRoutes({ desk: userDesk, sessions, access }));
  await server.register(signInRoutes({ accounts, sessions, access }));
  await server.register(auditRoutes({ accounts, users, access, chain, commands: () => program.read(logs.commands) as Iterable<ChainedCommand> }));
  const append = async (rows: readonly unknown[]): Promise<void> => void (await program.append(logs.events, rows));
  const closed = new ClosedMonths(program, zone);
  const { replay } = options.gateway;
  await server.register(eventRoutes({ accounts, append, operator, now: clock, aheadMsMax: AHEAD_MAX, replay, closedBefore: () => closed.before() }));
  await server.register(consoleRoutes({ sessions, access, page, hello, now }));
  await server.register(lastConnections);
  return server;
}

const requestBook = (program: Program<EmilyTables>): RequestBook =>
  new RequestBook({ read: (from) => program.read(logs.usage, from) as Iterable<UsageMessage>, count: () => program.status().sources[logs.usage]?.[0]?.records ?? 0 });
