import fastify, { type FastifyInstance } from 'fastify';
import type { Program } from 'millrace';
import type { Accounts } from '../account/accounts.ts';
import type { Sessions } from '../account/session.ts';
import type { TenantId } from '../domain/names.ts';
import { gateway, type GatewayOptions } from '../gateway/gateway.ts';
import { serverOptions } from '../gateway/server-options.ts';
import { Access } from './access.ts';
import { consoleRoutes } from './console-routes.ts';
import { eventRoutes } from './event-routes.ts';
import { logs, type EmilyTables } from './program.ts';
import { queryRoutes } from './query-routes.ts';

export type ServerOptions = {
  readonly program: Program<EmilyTables>;
  readonly accounts: Accounts;
  readonly sessions: Sessions;
  readonly gateway: GatewayOptions;
  readonly operator: TenantId;
  readonly zone: string;
  readonly page: string;
  readonly hello: () => object;
  readonly now: () => Promise<object>;
};

/** Everything Emily answers over HTTP, not yet listening. */
export async function emilyServer(options: ServerOptions): Promise<FastifyInstance> {
  const { program, accounts, sessions, zone, page, hello, now, operator } = options;
  const access = new Access(accounts, sessions);
  const server = fastify(serverOptions);
  await server.register(gateway(options.gateway));
  await server.register(queryRoutes({ program, access, zone }));
  const append = async (events: readonly unknown[]): Promise<void> => void (await program.append(logs.events, events));
  await server.register(eventRoutes({ accounts, append, operator }));
  await server.register(consoleRoutes({ sessions, access, page, hello, now }));
  return server;
}
