import { expect, onTestFinished, test } from 'vitest';
import { httpIngest } from '../connector/http-ingest.ts';
import { memoryBackend } from '../port/memory-backend.ts';
import { MemoryDisk } from '../port/memory-disk.ts';
import { pipeline } from '../stream/pipeline.ts';
import { outOfOrder } from '../time/completeness.ts';
import { connectTo } from './connect-to.ts';
import type { Message } from './message.ts';
import { producer } from './producer.ts';

interface Value {
  readonly n: number;
}

const COUNT = 3_000;
const RESTARTS = 3;

test('over HTTP, to a receiver that is stopped and started again meanwhile: everything arrives, in order', async () => {
  const ingest = httpIngest<Value>({ port: 0, messages: true, keep: 'forever' });
  const program = pipeline('meter', (app) => {
    app.source('messages', ingest, { time: (m) => (m.kind === 'event' ? m.value.n : 0), complete: outOfOrder(1_000) });
  });
  const disk = new MemoryDisk();
  await program.start({ store: memoryBackend(disk) });
  onTestFinished(() => program.stop());
  const options = { time: ({ n }: Value) => n, promise: () => 0, random: { next: () => 0 }, limits: { batchMessagesMax: 50 } };
  const out = await producer<Value>('p', connectTo(ingest.address().url), { journal: memoryBackend(), ...options });
  let acknowledged = 0;
  const sends = Array.from({ length: COUNT }, async (_, n) => {
    await out.send({ n });
    acknowledged += 1;
  });
  for (let restart = 1; restart <= RESTARTS; restart += 1) {
    await sends[(restart * COUNT) / (2 * RESTARTS)];
    expect(acknowledged).toBeLessThan(COUNT);
    await program.stop();
    await program.start({ store: memoryBackend(disk) });
  }
  await Promise.all(sends);
  await out.close();

  const seen = new Set<number>();
  for (const message of program.read('messages') as Iterable<Message<Value>>) {
    if (message.kind !== 'event' || seen.has(message.sequence)) continue;
    expect([message.sequence, message.value.n]).toEqual([seen.size, seen.size]);
    seen.add(message.sequence);
  }
  expect(seen.size).toBe(COUNT);
});
