import { expectTypeOf, test } from 'vitest';
import { log } from '../connector/log.ts';
import { pipeline } from '../stream/pipeline.ts';
import { outOfOrder } from '../time/completeness.ts';
import { into } from './into.ts';
import type { Message } from './message.ts';
import { type Producer, producer } from './producer.ts';
import type { Transport } from './transport.ts';

interface Request {
  readonly id: string;
  readonly at: number;
}

test('a producer takes values of its type alone, and needs to know their time', () => {
  const program = pipeline('p', (app) => {
    app.source('requests', log<Message<Request>>(), { time: (m) => (m.kind === 'event' ? m.value.at : 0), complete: outOfOrder(1) });
  });
  expectTypeOf(into(program, 'requests')).toEqualTypeOf<Transport>();
  const open = (): Promise<Producer<Request>> => producer<Request>('p', into(program, 'requests'), { journal: './outbox', time: (r) => r.at });
  expectTypeOf<Parameters<Awaited<ReturnType<typeof open>>['send']>>().toEqualTypeOf<[Request]>();
  // @ts-expect-error -- without `time` nothing could be promised
  expectTypeOf(() => producer<Request>('p', into(program, 'requests'), { journal: './outbox' })).toBeFunction();
});
