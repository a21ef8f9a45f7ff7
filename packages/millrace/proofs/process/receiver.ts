import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Chance } from '../../src/testing/simulate/chance.ts';

/** One request of so many is answered with 503, and one with nothing: it is taken, and the sender does not know. */
const BUSY_ONE_IN = 40;
const CUT_ONE_IN = 40;

/** Who gets the program's webhooks. */
export interface Receiver {
  readonly url: string;
  /** What came otherwise than it should: each request as often as need be, but always the same, and every row once. */
  problems(ids: readonly number[]): readonly string[];
  close(): void;
}

export async function receiver(chance: Chance): Promise<Receiver> {
  const bodies = new Map<string, string>();
  const problems: string[] = [];
  const server = createServer((request, response) => {
    let body = '';
    request.on('data', (data: Buffer) => void (body += data.toString()));
    request.on('end', () => {
      if (chance.oneIn(BUSY_ONE_IN)) return void response.writeHead(503).end();
      const id = String(request.headers['webhook-id']);
      if ((bodies.get(id) ?? body) !== body) problems.push(`request ${id} came again as another`);
      bodies.set(id, body);
      if (chance.oneIn(CUT_ONE_IN)) return void request.socket.destroy();
      response.writeHead(204).end();
    });
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/`,
    problems: (ids) => {
      const rows = [...bodies.values()].flatMap((body) => (JSON.parse(body) as { rows: readonly { number: number; row: number }[] }).rows).toSorted((a, b) => a.number - b.number);
      const isWhole = rows.every(({ number }, i) => number === i) && new Set(rows.map(({ row }) => row)).size === ids.length && rows.length === ids.length;
      return isWhole ? problems : [...problems, `the webhook was given ${rows.length} rows of ${ids.length}`];
    },
    close: () => {
      server.closeAllConnections();
      server.close();
    },
  };
}
