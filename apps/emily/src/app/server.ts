import fastify, { type FastifyError, type FastifyInstance } from 'fastify';
import type { Program } from 'millrace';
import type { Accounts } from '../account/accounts.ts';
import type { Sessions } from '../account/session.ts';
import type { EpochMs, TenantId } from '../domain/names.ts';
import { gateway, type GatewayOptions } from '../gateway/gateway.ts';
import { serverOptions } from '../gateway/server-options.ts';
import { Access, refuse } from './access.ts';
import { consoleRoutes } from './console-routes.ts';
import { eventRoutes } from './event-routes.ts';
import type { HoldDesk } from './hold-desk.ts';
import { holdRoutes } from './hold-routes.ts';
import { lastConnections } from './last-connections.ts';
import { AHEAD_MAX, logs, type EmilyTables } from './program.ts';
import { queryRoutes } from './query-routes.ts';

export type ServerOptions = {
  readonly program: Program<EmilyTables>;
  readonly accounts: Accounts;
  readonly sessions: Sessions;
  readonly holds: HoldDesk;
  readonly gateway: GatewayOptions;
  readonly operator: TenantId;
  readonly zone: string;
  readonly page: string;
  readonly clock: () => EpochMs;
  readonly hello: () => object;
  readonly now: () => Promise<object>;
};

/** Everything Emily answers over HTTP, not yet listening. */
export async function emilyServer(options: ServerOptions): Promise<FastifyInstance> {
  const { program, accounts, sessions, zone, page, clock, hello, now, operator, holds } = options;
  const access = new Access(accounts, sessions, operator);
  // What goes wrong inside is told on standard error, and outside only that it did.
  const server = fastify({ ...serverOptions, logger: { level: 'warn', stream: process.stderr } });
  server.setNotFoundHandler(({ method, url }, reply) => refuse(reply, 404, 'unknown_url', `There is no ${method} ${url} here.`));
  server.setErrorHandler((error: FastifyError, request, reply) => {
    const { statusCode = 500, message } = error;
    if (statusCode < 500) return refuse(reply, statusCode, 'odd_request', message);
    request.log.error({ err: error }, 'a request failed');
    return refuse(reply, 500, 'internal_error', 'Emily could not answer this. Try again; the reason is in its log.');
  });
  await server.register(gateway(options.gateway));
  await server.register(queryRoutes({ program, access, zone }));
  await server.register(holdRoutes({ program, access, holds }));
  const append = async (rows: readonly unknown[]): Promise<void> => void (await program.append(logs.events, rows));
  const aheadMsMax = options.gateway.replay === true ? Number.POSITIVE_INFINITY : AHEAD_MAX;
  await server.register(eventRoutes({ accounts, append, operator, now: clock, aheadMsMax }));
  await server.register(consoleRoutes({ sessions, access, page, hello, now }));
  await server.register(lastConnections);
  return server;
}
