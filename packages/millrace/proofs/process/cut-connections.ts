import { mkdtempSync, rmSync } from 'node:fs';
import { type AddressInfo, type Socket, connect, createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Duration, httpIngest, jsonLinesFile, pipeline, sequences } from 'millrace';
import { connectTo, producer } from 'millrace/producer';
import { Chance } from '../../src/testing/simulate/chance.ts';
import type { Rounds } from './round.ts';
import { linesOf, wrongEvents } from './wrong.ts';

interface Value {
  readonly id: number;
  readonly at: number;
}

/** A connection is cut after at most so many bytes, of a request or of an answer. */
const BYTES_MAX = 2_000;
const BATCH_MESSAGES_MAX = 7;
const SILENT_MS = 60_000;

/**
 * A numbered producer whose connections are cut in the middle of requests and of answers, again and again.
 *
 * It sends again what it has no answer to; the receiver knows what it has. In the end everything is there once, and
 * proved to be.
 */
export async function cutConnections(seed: number, rounds: number, told: (done: number) => void): Promise<Rounds> {
  const folder = mkdtempSync(join(tmpdir(), 'millrace-process-'));
  const chance = new Chance(seed);
  const ingest = httpIngest<Value>({ port: 0, messages: true, keep: 'forever' });
  const program = pipeline('cut', (app) => {
    const values = app.source('values', ingest, { time: ({ at }) => at, complete: sequences({ roster: ['sender'], silentAfter: SILENT_MS as Duration }) });
    values.map(({ id }) => id).to(app.sink('values', jsonLinesFile(join(folder, 'values.jsonl'))));
  });
  const counts = { requests: 0, answers: 0 };
  const done = (): number => counts.requests + counts.answers;
  const proxy = await cuttingProxy(() => ingest.address().port, () => {
    if (done() >= rounds) return undefined;
    const way = chance.oneIn(2) ? 'requests' : 'answers';
    return { way, bytes: chance.below(BYTES_MAX), cut: () => {
      if (done() < rounds) told((counts[way] += 1, done()));
    } };
  });
  try {
    await program.start({ store: join(folder, 'store') });
    const sender = await producer<Value>('sender', connectTo(`http://127.0.0.1:${proxy.port}`), { journal: join(folder, 'journal'), time: ({ at }) => at, limits: { batchMessagesMax: BATCH_MESSAGES_MAX } });
    const ids: number[] = [];
    const sent: Promise<unknown>[] = [];
    const begun = Date.now();
    while (done() < rounds) {
      const id = ids.length;
      ids.push(id);
      sent.push(sender.send({ id, at: begun + id }));
      if (id % BATCH_MESSAGES_MAX === 0) await sent.at(-1);
    }
    await Promise.all(sent);
    await sender.close();
    await program.caughtUp('values');
    const missing = program.missing();
    await program.end('values');
    await program.done;
    const problems = [...wrongEvents(linesOf(join(folder, 'values.jsonl')) as readonly number[], ids)];
    if (missing.length > 0) problems.push(`missing: ${JSON.stringify(missing)}`);
    return { rounds: done(), events: ids.length, again: 0, counts, problems };
  } finally {
    proxy.close();
    await program.stop();
    rmSync(folder, { recursive: true, force: true });
  }
}

interface Cut {
  readonly way: 'requests' | 'answers';
  readonly bytes: number;
  readonly cut: () => void;
}

/** Passes connections on, each until it is cut. */
async function cuttingProxy(portOf: () => number, next: () => Cut | undefined): Promise<{ readonly port: number; close(): void }> {
  const sockets = new Set<Socket>();
  const server = createServer((client) => {
    const target = connect(portOf(), '127.0.0.1');
    const plan = next();
    const both = [client, target];
    for (const socket of both) {
      sockets.add(socket);
      socket.on('error', () => {});
      socket.on('close', () => {
        sockets.delete(socket);
        for (const other of both) other.destroy();
      });
    }
    pass(client, target, plan?.way === 'requests' ? plan : undefined);
    pass(target, client, plan?.way === 'answers' ? plan : undefined);
  });
  await new Promise<void>((resolve) => void server.listen(0, '127.0.0.1', resolve));
  return {
    port: (server.address() as AddressInfo).port,
    close: () => {
      server.close();
      for (const socket of sockets) socket.destroy();
    },
  };
}

/** What comes from one goes to the other; where it is to be cut, a part of it. */
function pass(from: Socket, to: Socket, plan: Cut | undefined): void {
  let left = plan?.bytes ?? Number.POSITIVE_INFINITY;
  from.on('data', (data: Buffer) => {
    if (data.length <= left) {
      left -= data.length;
      to.write(data);
      return;
    }
    plan?.cut();
    to.end(data.subarray(0, left), () => to.destroy());
    left = 0;
    from.destroy();
  });
}
