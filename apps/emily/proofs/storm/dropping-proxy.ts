import { once } from 'node:events';
import { Agent, createServer, request, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

/**
 * What becomes of one attempt on its way:
 *
 * - pass: it is answered;
 * - dropped: the server has answered in full, and nothing of that reaches the client;
 * - left: the client's connection breaks while the server works, and the server does not see that;
 * - cut: both connections break while the server works.
 */
export const fates = ['pass', 'dropped', 'left', 'cut'] as const;
export type Fate = (typeof fates)[number];

/** In which a client says the fates of its attempts, `dropped,left:120,pass`; with after how many ms. */
export const FATES_HEADER = 'x-storm-fates';

export type DroppingProxy = {
  readonly origin: string;
  /** How many attempts had each fate. */
  readonly counts: Readonly<Record<Fate, number>>;
  close(): void;
};

/** A proxy on real sockets between clients and a server, which breaks connections as its clients tell it to. */
export async function droppingProxy(target: URL): Promise<DroppingProxy> {
  const counts: Record<Fate, number> = { pass: 0, dropped: 0, left: 0, cut: 0 };
  const agent = new Agent({ keepAlive: true });
  const server = createServer((asked, answer) => {
    const parts: Buffer[] = [];
    asked.on('data', (part: Buffer) => parts.push(part)).on('end', () => {
      const [fate, afterMs] = fateOf(asked);
      counts[fate] += 1;
      passOn(asked, answer, Buffer.concat(parts), fate, afterMs);
    });
  });

  function passOn(asked: IncomingMessage, answer: ServerResponse, body: Buffer, fate: Fate, afterMs: number): void {
    const reset = (): void => void asked.socket.resetAndDestroy();
    const upstream = request({ host: target.hostname, port: target.port, method: asked.method, path: asked.url, headers: asked.headers, agent });
    upstream.on('error', reset);
    upstream.on('response', (came) => {
      came.on('error', reset);
      if (fate === 'pass') came.pipe(answer.writeHead(came.statusCode ?? 502, came.headers));
      else came.resume().on('end', reset);
    });
    upstream.end(body);
    if (fate === 'left' || fate === 'cut') {
      // Only what has left can be lost with its answer.
      upstream.on('finish', () => setTimeout(() => {
        reset();
        if (fate === 'cut') upstream.destroy();
      }, afterMs));
    }
  }

  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    origin: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    counts,
    close: () => {
      agent.destroy();
      server.closeAllConnections();
      server.close();
    },
  };
}

function fateOf({ headers }: IncomingMessage): [fate: Fate, afterMs: number] {
  const said = String(headers[FATES_HEADER] ?? '').split(',')[Number(headers['x-stainless-retry-count'])] ?? 'pass';
  const [name, afterMs = '0'] = said.split(':');
  return [fates.find((fate) => fate === name) ?? 'pass', Number(afterMs)];
}
