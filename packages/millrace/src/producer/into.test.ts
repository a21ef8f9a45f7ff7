import { expect, onTestFinished, test } from 'vitest';
import { log } from '../connector/log.ts';
import { memoryBackend } from '../port/memory-backend.ts';
import { MemoryDisk } from '../port/memory-disk.ts';
import { pipeline } from '../stream/pipeline.ts';
import { outOfOrder } from '../time/completeness.ts';
import { into } from './into.ts';
import type { Message } from './message.ts';
import { producer } from './producer.ts';

interface Value {
  readonly n: number;
}

test('values come to the sources of a program in the same process, durably, also when it was stopped meanwhile', async () => {
  const program = pipeline('meter', (app) => {
    const options = { time: (m: Message<Value>) => (m.kind === 'event' ? m.value.n : 0), complete: outOfOrder(1_000) };
    app.source('even', log<Message<Value>>({ keep: 'forever' }), options);
    app.source('odd', log<Message<Value>>({ keep: 'forever' }), options);
  });
  const disk = new MemoryDisk();
  await program.start({ store: memoryBackend(disk) });
  const transport = into(program, ['even', 'odd']);
  const options = { time: ({ n }: Value) => n, promise: () => 0, partitionOf: ({ n }: Value) => n % 2 };
  const out = await producer<Value>('p', transport, { journal: memoryBackend(), ...options, random: { next: () => 0 } });
  await Promise.all([0, 1, 2].map((n) => out.send({ n })));
  await program.stop();

  const later = [3, 4].map((n) => out.send({ n }));
  await program.start({ store: memoryBackend(disk) });
  onTestFinished(() => program.stop());
  await Promise.all(later);
  await out.close();
  const events = (source: string): unknown[] =>
    ([...program.read(source)] as Message<Value>[]).flatMap((m) => (m.kind === 'event' ? [[m.sequence, m.value.n]] : m.kind === 'close' ? [['close', m.sequence]] : []));
  expect(events('even')).toEqual([[0, 0], [1, 2], [2, 4], ['close', 2]]);
  expect(events('odd')).toEqual([[0, 1], [1, 3], ['close', 1]]);
});

test('a program needs a source to send to', () => {
  expect(() => into({ append: async () => {} }, [])).toThrow('expected at least one source');
});
