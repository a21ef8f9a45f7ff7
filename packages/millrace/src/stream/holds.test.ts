import { expect, test } from 'vitest';
import { log } from '../connector/log.ts';
import { halt } from '../operator/late-policy.ts';
import { memoryBackend } from '../port/memory-backend.ts';
import { MemoryDisk } from '../port/memory-disk.ts';
import type { Parcel } from '../task/sink.ts';
import { testDriver } from '../testing/driver.ts';
import { listed, probed } from '../testing/fixture-list.ts';
import { fedByHand, readByHand } from '../testing/fixture-source.ts';
import { SinkProbe } from '../testing/sink-probe.ts';
import { outOfOrder, sequences } from '../time/completeness.ts';
import { seconds } from '../time/duration.ts';
import type { Message } from '../time/producers/message.ts';
import { tumbling } from '../time/windowing.ts';
import { type App, pipeline } from './pipeline.ts';
import type { Program } from './program.ts';

const ada = { by: 'Ada', reason: 'looked at it' } as const;
const times = { time: (n: number) => n, complete: outOfOrder(0), maxAhead: 'any' } as const;

/** Waits until the program has so many holds, and a commit covers them. */
async function holding(program: Program, count: number): Promise<void> {
  while (program.holds().length !== count) await program.committed();
}

/** Refuses 3 until it is told not to. */
function picky() {
  const state = { refuses: true };
  const check = (n: number): number => {
    if (n % 10 === 3 && state.refuses) throw new TypeError('no threes');
    return n;
  };
  return { state, check };
}

test.each([false, true])('onThrow hold: the record waits with operator and position named, and its partition with it (durable: %s)', (durable) => {
  const { state, check } = picky();
  const program = pipeline('throws', (app) => {
    const source = app.source('numbers', fedByHand<number>(2), { ...times, onThrow: 'hold' });
    source.map(check).to(app.sink('out', readByHand()));
    source.bad.map(({ offset, message }) => ({ offset, message })).to(app.sink('bad', readByHand()));
  });
  const driver = testDriver(program, { durable });
  driver.source('numbers').sendBatch([1, 3, 4], { partition: 0 });
  driver.source('numbers').sendBatch([11, 12], { partition: 1 });
  expect(driver.holds()).toMatchObject([
    { id: 1, scope: { kind: 'partition', source: 'numbers', partition: 0 }, reason: 'threw', choices: ['retry', 'discard', 'wait'], evidence: { operator: "map 'map-1'", source: 'numbers', partition: 0, offset: 1, error: 'TypeError: no threes', raw: '3' } },
  ]);
  expect(driver.status().sources['numbers']).toMatchObject([{ records: 2, events: 1, bad: 0, waiting: 1, heldBy: [1] }, { records: 2, events: 2 }]);
  if (durable) {
    driver.commit();
    driver.crash();
  }
  driver.resolve(1, { choice: 'retry', ...ada });
  expect(driver.holds()).toMatchObject([{ id: 2, reason: 'threw', evidence: { offset: 1 } }]);
  state.refuses = false;
  driver.resolve(2, { choice: 'retry', ...ada });
  if (durable) driver.commit();
  expect(driver.sink('out').rows()).toEqual([1, 11, 12, 3, 4]);
  state.refuses = true;
  driver.source('numbers').sendBatch([13, 14], { partition: 0 });
  driver.resolve(3, { choice: 'discard', ...ada });
  if (durable) driver.commit();
  expect(driver.sink('out').rows()).toEqual([1, 11, 12, 3, 4, 14]);
  expect(driver.sink('bad').rows()).toEqual([{ offset: 3, message: 'TypeError: no threes' }]);
  expect(driver.status().sources['numbers']?.[0]).toMatchObject({ records: 5, events: 4, bad: 1 });
  expect(driver.decisions().map(({ decision }) => decision)).toMatchObject([{ hold: 1, choice: 'retry', by: 'Ada' }, { hold: 2 }, { hold: 3, choice: 'discard' }]);
});

test('a record that fails when something has been changed waits too, after going back to the last commit', async () => {
  const { state, check } = picky();
  const [first, second] = [new SinkProbe(), new SinkProbe()];
  const program = pipeline(
    'touched',
    (app) => {
      const source = app.source('numbers', listed([[1, 2, 3, 4]]), times);
      source.to(app.sink('first', probed(first)));
      source.map(check).to(app.sink('second', probed(second)));
    },
    { onThrow: 'hold' },
  ) as Program;
  const run = program.run({ store: memoryBackend(), commit: { everyEvents: 1 } });
  await new Promise(setImmediate);
  await holding(program, 1);
  expect(program.holds()).toMatchObject([{ reason: 'threw', evidence: { offset: 2, operator: "map 'map-2'" } }]);
  await program.resolve(1, { choice: 'retry', ...ada });
  expect(program.holds()).toMatchObject([{ id: 2, reason: 'threw', evidence: { offset: 2 } }]);
  state.refuses = false;
  await program.resolve(2, { choice: 'retry', ...ada });
  await run;
  expect(first.rows()).toEqual([1, 2, 3, 4]);
  expect(second.rows()).toEqual([1, 2, 3, 4]);
});

/** A timer that throws, with what it has changed by then. */
function timed(onThrow: 'hold' | 'stop', changes: (context: { readonly state: { get(): { n: number } }; emit(value: number): void }) => void, thrown: unknown = new TypeError('no timers')): Program {
  return pipeline('timers', (app) => {
    const source = app.source('numbers', listed([[1, 2, 30]]), { ...times, onThrow });
    const steps = source.keyBy((n) => n % 2).process<number, { n: number }>({
      name: 'waiting',
      state: () => ({ n: 0 }),
      on: (n, { setTimer }) => n === 1 && setTimer(10),
      timer: (_time, context) => {
        changes(context);
        throw thrown;
      },
    });
    steps.to(app.sink('out', probed(new SinkProbe())));
  }) as Program;
}

test.each([
  ['nothing', () => {}],
  ['state', ({ state }) => state.get().n++],
  ['what it emitted', ({ emit }) => emit(1)],
] as readonly (readonly [string, Parameters<typeof timed>[1]])[])('a hold for a timer that threw names the operator, whatever it had changed: %s', async (_what, changes) => {
  const program = timed('hold', changes);
  const run = program.run({ store: memoryBackend(), commit: { everyEvents: 1 } });
  await new Promise(setImmediate);
  await holding(program, 1);
  expect(program.holds()).toMatchObject([{ reason: 'threw', choices: ['discard', 'wait'], evidence: { operator: "process 'waiting'", error: 'TypeError: no timers', row: expect.stringContaining('the timer at 10 of [1]') } }]);
  await program.resolve(1, { choice: 'discard', ...ada });
  await run;
  const stopping = timed('stop', changes).run({ store: memoryBackend(), commit: { everyEvents: 1 } });
  await expect(stopping).rejects.toMatchObject({ code: 'FUNCTION_THREW', data: { operator: "process 'waiting'", reason: 'TypeError: no timers' } });
});

test('what throws no error, but a text, names the operator too', async () => {
  for (const changes of [() => {}, ({ state }: Parameters<Parameters<typeof timed>[1]>[0]) => void state.get()]) {
    await expect(timed('stop', changes, 'no timers').run({ store: memoryBackend(), commit: { everyEvents: 1 } })).rejects.toMatchObject({ code: 'FUNCTION_THREW', data: { operator: "process 'waiting'" } });
  }
});

test('onThrow stop: the program ends with the function, the record and the reason', async () => {
  const program = pipeline('stops', (app) => {
    app.source('numbers', listed([[1, 2, 3]]), { ...times, onThrow: 'stop' }).filter((n) => picky().check(n) > 0).to(app.sink('out', probed(new SinkProbe())));
  });
  await expect(program.run()).rejects.toMatchObject({ code: 'FUNCTION_THREW', data: { source: 'numbers', partition: 0, offset: 2, operator: "filter 'filter-1'", reason: 'TypeError: no threes' } });
});

test('an event of a numbered message waits, and what its producer promised with it', () => {
  const { state, check } = picky();
  const program = pipeline('numbered', (app) => {
    const source = app.source('calls', fedByHand<Message<number>>(), { time: (n) => n, complete: sequences({ roster: ['p'], silentAfter: seconds(1) }), onThrow: 'hold' });
    source.map(check).to(app.sink('out', readByHand()));
  });
  const driver = testDriver(program, { durable: true });
  const message = (sequence: number, value: number): Message<number> => ({ kind: 'event', producer: 'p', epoch: 1, sequence, value });
  driver.source('calls').sendBatch([message(0, 1), message(1, 3), message(2, 4), { kind: 'heartbeat', producer: 'p', epoch: 1, sequence: 2, promise: 50 }]);
  expect(driver.status().sources['calls']).toMatchObject([{ records: 2, events: 1, frontier: -1, waiting: 1 }]);
  driver.commit();
  driver.crash();
  state.refuses = false;
  driver.resolve(1, { choice: 'retry', ...ada });
  driver.commit();
  expect(driver.sink('out').rows()).toEqual([1, 3, 4]);
  expect(driver.status().sources['calls']).toMatchObject([{ records: 4, events: 3, frontier: 50, evidence: ['proved'] }]);
});

test('onBad: the partition holds one past the share of its last records, wherever batches end, and goes on as told', () => {
  for (const batches of [true, false]) {
    const program = pipeline('rates', (app) => {
      app.source('numbers', fedByHand<number>(), { ...times, onBad: { holdAbove: 0.2, ofLast: 10 } }).to(app.sink('out', readByHand()));
    });
    const driver = testDriver(program, { durable: true });
    const send = (...rows: readonly number[]): void => (batches ? driver.source('numbers').sendBatch(rows) : rows.forEach((row) => driver.source('numbers').send(row)));
    // Two of ten, and the first forgotten when the third comes.
    send(-1, 1, 2, 3, 4, 5, -1, 6, 7, 8, -1, 9);
    expect(driver.holds()).toEqual([]);
    send(-1, 10, 11);
    expect(driver.holds()).toMatchObject([{ reason: 'bad-input-rate', scope: { kind: 'partition' }, evidence: { bad: 3, of: 10, share: 0.3 }, choices: ['proceed', 'discard', 'wait'] }]);
    expect(driver.status().sources['numbers']?.[0]).toMatchObject({ records: 13, bad: 4 });
    driver.commit();
    driver.crash();
    driver.resolve(1, { choice: 'proceed', ...ada });
    expect(driver.status().sources['numbers']?.[0]).toMatchObject({ records: 15, bad: 4 });
    send(-1, -1);
    expect(driver.holds()).toEqual([]);
    send(-1);
    driver.resolve(2, { choice: 'discard', ...ada });
    driver.commit();
    driver.crash();
    send(-1, -1, -1, -1, -1);
    expect(driver.holds()).toEqual([]);
    expect(driver.status().sources['numbers']?.[0]).toMatchObject({ records: 23, bad: 12 });
  }
});

/** Refuses deliveries until it is told not to. */
class Refusing extends SinkProbe {
  refuses = true;
  override async deliver(parcels: readonly Parcel[]): Promise<void> {
    if (this.refuses) throw new Error('no room');
    await super.deliver(parcels);
  }
}

function refusing(sink: Refusing, numbers: readonly number[]): Program {
  return pipeline('refusing', (app: App) => {
    app.source('numbers', listed([numbers], 1), times).to(app.sink('out', { text: 'refusing', open: async () => sink }, { onRefused: 'hold' }));
  }) as Program;
}

test('a sink that refuses its rows: delivery waits, also over a restart, and a retry loses nothing', async () => {
  const disk = new MemoryDisk();
  const numbers = Array.from({ length: 40 }, (_, n) => n);
  const sink = new Refusing();
  const first = refusing(sink, numbers);
  await first.start({ store: memoryBackend(disk), commit: { everyEvents: 1 } });
  await holding(first, 1);
  expect(first.holds()).toMatchObject([{ scope: { kind: 'sink', sink: 'out' }, reason: 'sink-refused', evidence: { first: 0, error: 'Error: no room' }, choices: ['retry', 'discard', 'wait'] }]);
  await first.stop();
  sink.refuses = false;
  const second = refusing(sink, numbers);
  const done = second.start({ store: memoryBackend(disk), commit: { everyEvents: 1 } });
  await done;
  expect(second.holds()).toHaveLength(1);
  expect(sink.rows()).toEqual([]);
  await second.resolve(1, { choice: 'retry', ...ada });
  await second.done;
  expect(sink.rows()).toEqual(numbers);
});

test('what a sink refuses may be discarded: those rows, and no others', async () => {
  const sink = new Refusing();
  const program = refusing(sink, [1, 2, 3]);
  await program.start({ store: memoryBackend(), commit: { everyEvents: 1 } });
  await holding(program, 1);
  const [hold] = program.holds();
  if (hold?.reason !== 'sink-refused') throw new Error('another hold');
  sink.refuses = false;
  await program.resolve(hold.id, { choice: 'discard', ...ada });
  await program.done;
  expect(sink.rows()).toEqual([1, 2, 3].slice(hold.evidence.end));
});

test('a program that is stopped while a batch waits goes on with the rest of it, whatever its batches are then', async () => {
  const numbers = [1, 5, 25, 2, 26, 27, 3, 28, 40];
  for (const [before, after] of [[9, 2], [4, 9], [1, 3]] as const) {
    const disk = new MemoryDisk();
    const [rows, late] = [new SinkProbe(), new SinkProbe()];
    const held = (batchMax: number): Program =>
      pipeline('stopped', (app) => {
        const counts = app.source('numbers', listed([numbers], batchMax), times).window(tumbling(10)).count({ name: 'counts', late: halt({ scope: 'partition', keep: 100 }) });
        counts.final().map(({ window, value }) => [window?.start, value]).to(app.sink('rows', probed(rows)));
        counts.late.to(app.sink('late', probed(late)));
      }) as Program;
    const first = held(before);
    await first.start({ store: memoryBackend(disk) });
    await holding(first, 1);
    expect(first.status().sources['numbers']?.[0]).toMatchObject({ records: 4, heldBy: [1], ended: false });
    await first.stop();
    const second = held(after);
    await second.start({ store: memoryBackend(disk) });
    await second.resolve(1, { choice: 'discard', ...ada });
    while (second.holds()[0]?.id !== 2) await second.committed();
    await second.resolve(2, { choice: 'discard', ...ada });
    await second.done;
    expect(rows.rows()).toEqual([[0, 2], [20, 4], [40, 1]]);
    expect(late.rows()).toEqual([2, 3]);
  }
});

test('a sink can only hold with a store', async () => {
  await expect(refusing(new Refusing(), [1]).run()).rejects.toMatchObject({ code: 'STORE_NEEDED', data: { sink: 'out' } });
});

test('a log that is held is not caught up with, and says why', async () => {
  const program = pipeline('behind', (app) => {
    app.source('numbers', log<number>(), { ...times, onThrow: 'hold' }).map(picky().check).window(tumbling(10)).count({ name: 'counts' });
  });
  await program.start({ store: memoryBackend() });
  await program.append('numbers', [1, 3, 4]);
  await expect(program.caughtUp('numbers')).rejects.toMatchObject({ code: 'HELD', data: { source: 'numbers', holds: [1] } });
  await program.stop();
});

test.each([{ onThrow: 'no' as 'bad' }, { onBad: { holdAbove: 1, ofLast: 10 } }, { onBad: { holdAbove: 0.5, ofLast: 0 } }])('%o makes no sense', (options) => {
  expect(() => pipeline('wrong', (app) => void app.source('numbers', fedByHand<number>(), { ...times, ...options }))).toThrow(RangeError);
});
