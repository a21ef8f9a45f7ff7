import type { Server } from 'node:http';
import { LogController, type FastifyHttpOptions } from 'fastify';

const second = 1_000;

/**
 * How the HTTP server under the gateway is to be made: `fastify({ ...serverOptions, logger })`.
 *
 * A client has ten seconds for its headers and thirty for its whole request; how long the
 * answer takes is the gateway's affair. Stopping is the gateway's affair too: it refuses new
 * calls in its clients' language while the open ones end, for which Fastify's own limit on
 * plug-ins (which counts for closing too) would leave no time.
 */
export const serverOptions: FastifyHttpOptions<Server> = {
  requestTimeout: 30 * second,
  return503OnClosing: false,
  pluginTimeout: 0,
  logController: new LogController({ disableRequestLogging: true }),
  routerOptions: { maxParamLength: 512 },
  http: {
    headersTimeout: 10 * second,
    connectionsCheckingInterval: second,
    maxHeaderSize: 8 * 1_024,
    insecureHTTPParser: false,
  },
};
