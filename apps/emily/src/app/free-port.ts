import { once } from 'node:events';
import { createServer } from 'node:net';

/**
 * Fails like the server would that cannot listen there, before anything is started that would have to be stopped
 * again. Somebody else may still take the port before the server listens: then that fails, in the same words.
 */
export async function expectFree(host: string, port: number): Promise<void> {
  if (port === 0) return;
  const probe = createServer();
  probe.listen({ host, port });
  await once(probe, 'listening');
  probe.close();
  await once(probe, 'close');
}
