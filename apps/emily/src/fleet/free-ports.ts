import { once } from 'node:events';
import { createServer, type AddressInfo } from 'node:net';

/** Given to replicas of this process that have not ended: one that has not begun to listen must not lose its port to the next. */
const given = new Set<number>();

/** A port of the loopback address on which nobody listens. */
export async function takePort(): Promise<number> {
  for (;;) {
    const probe = createServer();
    probe.listen({ host: '127.0.0.1', port: 0 });
    await once(probe, 'listening');
    const { port } = probe.address() as AddressInfo;
    probe.close();
    await once(probe, 'close');
    if (given.has(port)) continue;
    given.add(port);
    return port;
  }
}

export function givePortBack(port: number): void {
  given.delete(port);
}
