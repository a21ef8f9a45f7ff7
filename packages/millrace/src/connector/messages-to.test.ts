import { describe, expect, onTestFinished, test } from 'vitest';
import { log } from './log.ts';
import { memoryBackend } from '../port/memory-backend.ts';
import { MemoryDisk } from '../port/memory-disk.ts';
import { pipeline } from '../stream/pipeline.ts';
import type { Program, Tables } from '../stream/program.ts';
import { HandClock } from '../testing/fixture-clock.ts';
import { outOfOrder, sequences } from '../time/completeness.ts';
import { seconds } from '../time/duration.ts';
import { tumbling } from '../time/windowing.ts';
import { into } from '../producer/into.ts';
import type { Message } from '../producer/message.ts';
import { messagesTo } from './messages-to.ts';
import type { Transport } from '../producer/transport.ts';

interface Usage {
  readonly at: number;
  readonly tokens: number;
}

const ten = seconds(10);
const complete = (producer: string) => sequences({ roster: [producer], silentAfter: seconds(30) });

/** Counts what the meter sends. */
function billing() {
  return pipeline('billing', (app) => ({
    sums: app
      .source('usage', log<Message<Usage>>({ keep: 'forever' }), { time: (u) => u.at, complete: complete('meter') })
      .window(tumbling(ten))
      .sum((u) => u.tokens, { name: 'sums', keep: 'forever' }),
  }));
}

/** Passes on what a gateway sends. */
function meter(transport: Transport): Program<Tables> {
  return pipeline('meter', (app) => {
    const usage = app.source('usage', log<Message<Usage>>(), { time: (u) => u.at, complete: complete('gateway') });
    usage.numbered({ name: 'numbered', producer: 'meter' }).to(app.sink('to billing', messagesTo(transport, { tries: 3 })));
  });
}

const event = (sequence: number, at: number): Message<Usage> => ({ kind: 'event', producer: 'gateway', epoch: 1, sequence, value: { at, tokens: 2 ** sequence } });
const promise = (sequence: number, to: number): Message<Usage> => ({ kind: 'heartbeat', producer: 'gateway', epoch: 1, sequence, promise: to });

test('proof goes from program to program, each fact once, also where the way breaks and both are started again', async () => {
  const disks = { meter: new MemoryDisk(), billing: new MemoryDisk() };
  const second = billing();
  const direct = into(second, 'usage');
  let delivered = 0;
  // Every second delivery arrives, and nobody hears of it.
  const lossy: Transport = {
    ...direct,
    async deliver(...what) {
      const result = await direct.deliver(...what);
      delivered += 1;
      if (delivered % 2 === 1) throw new Error('the line is cut');
      return result;
    },
  };
  await second.start({ store: memoryBackend(disks.billing) });
  onTestFinished(() => second.stop());
  let first = meter(lossy);
  await first.start({ store: memoryBackend(disks.meter) });
  await first.append('usage', [event(0, 1_000), event(2, 3_000), promise(2, 10_000)]);
  await first.caughtUp('usage');
  // 1 is missing: the meter promises nothing, and nothing is final at billing.
  expect((await second.tables.sums.scan()).map(({ finality }) => finality)).not.toContain('final');
  await first.append('usage', [event(1, 2_000)]);
  await first.caughtUp('usage');
  await first.stop();

  await second.stop();
  await second.start({ store: memoryBackend(disks.billing) });
  first = meter(lossy);
  await first.start({ store: memoryBackend(disks.meter) });
  onTestFinished(() => first.stop());
  await first.append('usage', [event(3, 11_000), promise(3, 20_000)]);
  await first.caughtUp('usage');
  await first.stop();
  await second.caughtUp('usage');
  expect(await second.tables.sums.scan()).toMatchObject([
    { window: { start: 0, end: 10_000 }, value: 7, finality: 'final', evidence: ['proved'] },
    { window: { start: 10_000, end: 20_000 }, value: 8, finality: 'final', evidence: ['proved'] },
  ]);
  expect(second.missing()).toEqual([]);
  expect(delivered).toBeGreaterThan(3);
});

const sent: Transport = { to: 'nowhere', partitions: 1, deliver: async () => ({ refused: new Map() }), close: async () => {} };

test.each([
  ['a way that stays cut fails the sink, after some tries', async () => Promise.reject(new Error('the line is cut')), 3, 'the line is cut'],
  ['what is refused for good fails it at once, with the reason', async () => ({ refused: new Map([[0, 'is too large']]) }), 1, 'is too large'],
] as const)('%s', async (_, deliver, tries, reason) => {
  let tried = 0;
  const program = meter({ ...sent, deliver: async () => ((tried += 1), deliver()) });
  await program.start();
  const failed = program.done.catch((error: unknown) => error);
  await program.append('usage', [event(0, 1_000)]);
  expect(await failed).toMatchObject({ code: 'SINK_FAILED', message: expect.stringContaining(reason) });
  expect(tried).toBe(tries);
});

test('a value that JSON cannot say sets its record aside, and its number is given to the next one', async () => {
  const told: string[] = [];
  const program = pipeline('meter', (app) => {
    const usage = app.source('usage', log<Usage>(), { time: (u) => u.at, complete: outOfOrder(0) });
    const odd = usage.map((u) => (u.tokens === 7 ? { ...u, tokens: 7n } : u));
    odd.numbered({ name: 'numbered', producer: 'meter' }).to(app.sink('to billing', messagesTo({ ...sent, deliver: async (_, messages) => (told.push(...messages), { refused: new Map() }) })));
  });
  await program.start({ store: memoryBackend() });
  for (const tokens of [1, 7, 2]) await program.append('usage', [{ at: 1, tokens }]);
  await program.caughtUp('usage');
  expect(program.bad()).toMatchObject([{ offset: 1, message: expect.stringContaining('bigint') }]);
  await program.stop();
  // The program is reopened without the record; what may not have arrived is sent again, the same to the byte.
  expect([...new Set(told)].map((text) => JSON.parse(text) as unknown)).toMatchObject([{ sequence: 0, value: { at: 1, tokens: 1 } }, { sequence: 1, value: { at: 1, tokens: 2 } }]);
});

describe('a program that stops while nobody takes what it sends', () => {
  const ways = [
    ['never answers', () => new Promise<never>(() => {})],
    ['always fails', () => Promise.reject(new Error('nobody is there'))],
  ] as const;
  test.each(ways)('with a store it stops, and sends again after the next start: the receiver %s', async (_, deliver) => {
    const disk = new MemoryDisk();
    const clock = new HandClock();
    const first = meter({ ...sent, deliver });
    await first.start({ store: memoryBackend(disk), clock });
    const turns = async (): Promise<void> => {
      for (let turn = 0; turn < 20; turn += 1) {
        clock.settle();
        await clock.yield();
      }
    };
    const appended = first.append('usage', [event(0, 1_000)]);
    await turns();
    await appended;
    const stopped = first.stop();
    await turns();
    clock.move(5_000);
    await turns();
    await stopped;
    const told: string[] = [];
    const again = meter({ ...sent, deliver: async (_partition, messages) => (told.push(...messages), { refused: new Map() }) });
    await again.start({ store: memoryBackend(disk) });
    await again.caughtUp('usage');
    await again.stop();
    expect(told.map((text) => JSON.parse(text) as unknown)).toMatchObject([{ kind: 'event', sequence: 0, value: { at: 1_000 } }]);
  });
});

test('its options are checked', () => {
  expect(() => messagesTo(sent, { partition: 1 })).toThrow("messagesTo(…, { partition: 1 }): expected one of the transport's 1, from 0 on");
  expect(() => messagesTo({ deliver: sent.deliver } as Transport)).toThrow('messagesTo(transport)');
  expect(() => messagesTo(sent, { tries: 0 })).toThrow('messagesTo(…, { tries: 0 }): expected at least 1');
});
