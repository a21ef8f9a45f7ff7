import type { AddressInfo } from 'node:net';
import type { FastifyInstance } from 'fastify';
import { errors } from '../error.ts';

/** Where a server listens. */
export interface HttpAddress {
  readonly host: string;
  readonly port: number;
  readonly url: string;
}

/** PORT_TAKEN where another server listens, CANNOT_LISTEN where it fails otherwise; the server is closed then. Port 0: any that is free. */
export async function listenAt(app: FastifyInstance, host: string, port: number): Promise<void> {
  try {
    await app.listen({ host, port });
  } catch (error) {
    await app.close();
    if ((error as NodeJS.ErrnoException).code === 'EADDRINUSE') throw errors.PORT_TAKEN({ host, port }, error);
    throw errors.CANNOT_LISTEN({ host, port, reason: (error as Error).message }, error);
  }
}

/** Of a server that listens; `path` is what its url goes on with. */
export function addressOf(app: FastifyInstance, host: string, path = ''): HttpAddress {
  const { port } = app.server.address() as AddressInfo;
  return { host, port, url: `http://${host.includes(':') ? `[${host}]` : host}:${port}${path}` };
}
