import { describe, expect, test } from 'vitest';
import { log } from '../connector/log.ts';
import { systemClock } from '../port/clock.ts';
import { memoryBackend } from '../port/memory-backend.ts';
import { MemoryDisk } from '../port/memory-disk.ts';
import { HandClock } from '../testing/fixture-clock.ts';
import { listed, probed } from '../testing/fixture-list.ts';
import { SinkProbe } from '../testing/sink-probe.ts';
import { outOfOrder } from '../time/completeness.ts';
import { tumbling } from '../time/windowing.ts';
import { pipeline } from './pipeline.ts';

interface Event {
  readonly time: number;
  readonly name: string;
}

const times = { time: (e: Event) => e.time, complete: outOfOrder(0), maxAhead: 'any' } as const;
const named = (...names: readonly string[]): readonly Event[] => names.map((name, time) => ({ time, name }));

/** Counts by name what is appended to a log. */
function counting(out = new SinkProbe()) {
  return pipeline('counting', (app) => {
    const events = app.source('events', log<Event>(), times);
    const counts = events.keyBy((e) => e.name).count({ name: 'counts' });
    counts.changes().map(({ key, after }) => `${key}${after}`).to(app.sink('out', probed(out)));
    return { counts };
  });
}

test.each([['in memory', undefined], ['with a store', memoryBackend()]])('%s: what is appended wakes the loop, is counted, and can be asked', async (_, store) => {
  const out = new SinkProbe();
  const program = counting(out);
  await program.start(store === undefined ? {} : { store });
  expect(await program.append('events', named('a', 'b'))).toBe(0);
  expect(await program.append('events', named('a'))).toBe(2);
  await program.end('events');
  await program.done;
  expect(out.rows()).toEqual(['a1', 'b1', 'a2']);
});

test('a commit that is asked for comes though nothing else happens, and covers what was appended before', async () => {
  const program = counting();
  await program.start({ store: memoryBackend() });
  await program.append('events', named('a'));
  await program.caughtUp('events');
  expect(await program.tables.counts.get('a')).toMatchObject({ value: 1 });
  await program.committed();
  await program.stop();
});

test('a commit is due some time after the first event, though no other one comes', async () => {
  const clock = new HandClock();
  const out = new SinkProbe();
  const program = counting(out);
  await program.start({ store: memoryBackend(), clock, commit: { everyMs: 500 } });
  const appended = program.append('events', named('a'));
  clock.settle();
  await appended;
  const turns = async (): Promise<void> => {
    for (let turn = 0; turn < 5; turn += 1) await clock.yield();
  };
  await turns();
  expect(out.rows()).toEqual([]);
  clock.move(499);
  await turns();
  expect(out.rows()).toEqual([]);
  clock.move(1);
  await turns();
  expect(out.rows()).toEqual(['a1']);
  await program.stop();
});

test('a program that is stopped commits, and goes on from there', async () => {
  const disk = new MemoryDisk();
  const out = new SinkProbe();
  for (const [round, names] of [['a', 'b'], ['a'], ['b', 'a']].entries()) {
    const program = counting(out);
    await program.start({ store: memoryBackend(disk) });
    await program.append('events', names.map((name) => ({ time: round, name })));
    await program.caughtUp('events');
    await program.stop();
  }
  expect(out.rows()).toEqual(['a1', 'b1', 'a2', 'b2', 'a3']);
});

describe('going back to the last commit', () => {
  test('what is appended at that moment is refused to nobody', async () => {
    const out = new SinkProbe();
    const meanwhile: Promise<number>[] = [];
    const program = pipeline('appending', (app) => {
      const events = app.source('events', log<Event>(), times);
      events.map((e) => e.name).to(app.sink('out', probed(out)));
      events
        .map((e) => {
          if (e.name !== 'x') return;
          if (meanwhile.length === 0) meanwhile.push(program.append('events', named('late')));
          throw new Error('no x');
        })
        .to(app.sink('other', probed(new SinkProbe())));
    });
    await program.start({ store: memoryBackend() });
    await program.append('events', named('a', 'x', 'b'));
    await program.caughtUp('events');
    expect(await Promise.all(meanwhile)).toEqual([3]);
    await program.end('events');
    await program.done;
    expect(out.rows()).toEqual(['a', 'b', 'late']);
  });

  test('a log that is kept for ever is still kept afterwards', async () => {
    const disk = new MemoryDisk();
    const program = pipeline('keeping', (app) => {
      const events = app.source('events', log<Event>({ keep: 'forever' }), times);
      events.to(app.sink('out', probed(new SinkProbe())));
      events
        .map((e) => {
          if (e.name === 'x') throw new Error('no x');
        })
        .to(app.sink('other', probed(new SinkProbe())));
    });
    await program.start({ store: memoryBackend(disk) });
    for (const name of ['a', 'x', 'b']) {
      await program.append('events', named(name));
      await program.caughtUp('events');
    }
    expect([...program.read('events')]).toMatchObject([{ name: 'a' }, { name: 'x' }, { name: 'b' }]);
    await program.stop();
  });

  test('a row of a callback that is still busy is awaited: calls are never two at once, and go up by number', async () => {
    const calls: string[] = [];
    let busy = 0;
    let atOnceMax = 0;
    const program = pipeline('calling', (app) => {
      const events = app.source('events', log<Event>(), times);
      events.map((e) => e.name).to(
        app.callback('out', async (name, number) => {
          busy += 1;
          atOnceMax = Math.max(atOnceMax, busy);
          for (let turn = 0; turn < 20; turn += 1) await systemClock.yield();
          calls.push(`${number} ${name}`);
          busy -= 1;
        }),
      );
      events
        .map((e) => {
          if (e.name === 'x') throw new Error('no x');
        })
        .to(app.sink('other', probed(new SinkProbe())));
    });
    await program.start({ store: memoryBackend() });
    await program.append('events', named('a', 'b', 'c'));
    await program.caughtUp('events');
    await program.append('events', named('x', 'd'));
    await program.end('events');
    await program.done;
    expect(atOnceMax).toBe(1);
    expect([...new Set(calls)]).toEqual(['0 a', '1 b', '2 c', '3 d']);
  });

  test('a commit that was asked for before covers what had been taken by then', async () => {
    let asked: Promise<unknown> | undefined;
    const program = pipeline('asking', (app) => {
      const events = app.source('events', listed([Array.from({ length: 50 }, (_, time) => ({ time, name: time === 40 ? 'x' : 'a' }))], 1), times);
      events.to(app.sink('out', probed(new SinkProbe())));
      events
        .map((e) => {
          if (e.name === 'x') asked ??= committed();
          if (e.name === 'x') throw new Error('no x');
        })
        .to(app.sink('other', probed(new SinkProbe())));
      return { counts: events.keyBy((e) => e.name).count({ name: 'counts' }) };
    });
    const committed = async (): Promise<unknown> => {
      await program.committed();
      return program.tables.counts.get('a');
    };
    let now = 0;
    const clock = { ...systemClock, monotonic: () => (now += 10) }; // every batch takes so long that others get their turn
    await program.run({ store: memoryBackend(), clock, commit: { everyMs: 1e9 } });
    expect(await asked).toMatchObject({ value: expect.toSatisfy((value: number) => value >= 40) });
  });
});

describe('starting and stopping', () => {
  test('of two starts at once the second is refused', async () => {
    const program = counting();
    const starts = await Promise.allSettled([program.start(), program.start()]);
    expect(starts).toMatchObject([{ status: 'fulfilled' }, { status: 'rejected', reason: { code: 'NOT_RUNNING', data: { state: 'running already' } } }]);
    await program.stop();
  });

  test('a program that is stopped while it starts is stopped', async () => {
    const program = counting();
    const started = program.start();
    await program.stop();
    await started;
    await program.done;
    expect(() => program.status()).toThrow(expect.objectContaining({ code: 'NOT_RUNNING' }));
  });

  test('what waits to be appended when a program is stopped is durable, or refused', async () => {
    const disk = new MemoryDisk();
    const clock = new HandClock();
    const program = counting();
    await program.start({ store: memoryBackend(disk), clock });
    const appended = program.append('events', named('a'));
    const stopping = program.stop();
    const after = program.append('events', named('b'));
    await stopping;
    clock.settle();
    expect(await Promise.all([appended, after])).toEqual([0, 1]);
    expect(() => program.append('events', named('c'))).toThrow(expect.objectContaining({ code: 'NOT_RUNNING' }));
    const out = new SinkProbe();
    const again = counting(out);
    await again.start({ store: memoryBackend(disk) });
    await again.caughtUp('events');
    await again.stop();
    expect(out.rows()).toEqual(['a1', 'b1']);
  });

  test('a source that cannot be closed keeps neither the others nor the store open', async () => {
    const closed: string[] = [];
    const backend = memoryBackend();
    const program = pipeline('stuck', (app) => {
      for (const name of ['one', 'two']) {
        const close = async (): Promise<void> => {
          closed.push(name);
          if (name === 'one') throw new Error('stuck');
        };
        const reader = { read: () => 'ended' as const, ready: () => Promise.resolve(), close };
        app.source(name, { text: 'stuck', partitions: 1, open: async () => [reader] }, times).to(app.sink(name, probed(new SinkProbe())));
      }
    });
    await expect(program.run({ store: backend })).rejects.toThrow('stuck');
    expect(closed).toEqual(['one', 'two']);
    expect(() => backend.get(Uint8Array.of(1))).toThrow(expect.objectContaining({ code: 'STORE_CLOSED' }));
  });
});

test('rows for a source that is not there, or is no log, are refused: nobody would ever read them', async () => {
  const program = pipeline('elsewhere', (app) => {
    app.source('events', log<Event>(), times).to(app.sink('out', probed(new SinkProbe())));
    app.source('list', listed([named('a')]), times).to(app.sink('list', probed(new SinkProbe())));
  });
  await program.start({ store: memoryBackend() });
  for (const name of ['event', 'list', 'toString']) expect(() => program.append(name, named('a'))).toThrow(`'elsewhere' has no log '${name}'`);
  expect(await program.append('events', named('a'))).toBe(0);
  await program.stop();
});

test('what was appended before the first commit belongs to its log, whatever program is started next', async () => {
  const disk = new MemoryDisk();
  const two = pipeline('logs', (app) => {
    for (const name of ['one', 'two']) app.source(name, log<Event>(), times).to(app.sink(name, probed(new SinkProbe())));
  });
  await two.start({ store: memoryBackend(disk), commit: { everyMs: 1e9, everyEvents: 1e9 } });
  await two.append('one', named('a'));
  // It dies here: nobody stops it. Then a program comes that has only the second log.
  const out = new SinkProbe();
  const one = pipeline('logs', (app) => {
    app.source('two', log<Event>(), times).map((e) => e.name).to(app.sink('two', probed(out)));
  });
  await expect(one.start({ store: memoryBackend(disk) })).rejects.toMatchObject({ code: 'PROGRAM_CHANGED' });
  expect(out.rows()).toEqual([]);
  await expect(two.stop()).rejects.toMatchObject({ code: 'FENCED' });
});

test.each([1, 2, 7, 1000])('partitions of any length, in batches of %i: windows are as if they had been read one by one', async (batchMax) => {
  const out = new SinkProbe();
  const program = pipeline('partitions', (app) => {
    const lists = [named('a', 'b', 'a', 'c', 'a'), named('b', 'b'), []];
    const counts = app.source('events', listed(lists, batchMax), times).keyBy((e) => e.name).window(tumbling(3)).count({ name: 'counts' });
    counts.final().map(({ key, window, value }) => `${window?.start} ${key}${value}`).to(app.sink('out', probed(out)));
  });
  await program.run({ store: memoryBackend() });
  expect([...out.rows()].toSorted()).toEqual(['0 a2', '0 b3', '3 a1', '3 c1']);
});

test('a source that fails ends the run with its name and the reason, and whoever waits for a commit is told', async () => {
  const program = pipeline('failing', (app) => {
    const reader = { read: () => undefined, ready: () => Promise.reject(new Error('the wire was cut')), close: () => Promise.resolve() };
    app.source('wire', { text: 'a wire', partitions: 1, open: async () => [reader] }, times).to(app.sink('out', probed(new SinkProbe())));
  });
  await program.start({ store: memoryBackend() });
  await expect(program.done).rejects.toMatchObject({ code: 'SOURCE_FAILED', data: { source: 'wire', reason: 'Error: the wire was cut' } });
  expect(() => program.committed()).toThrow(expect.objectContaining({ code: 'NOT_RUNNING' }));
});

test('a program runs once at a time, and is asked only while it runs', async () => {
  const program = counting();
  await expect(program.done).rejects.toMatchObject({ code: 'NOT_RUNNING' });
  expect(() => program.status()).toThrow(expect.objectContaining({ code: 'NOT_RUNNING' }));
  await program.start();
  await expect(program.start()).rejects.toMatchObject({ code: 'NOT_RUNNING', data: { state: 'running already' } });
  await program.stop();
  expect(() => program.status()).toThrow(expect.objectContaining({ code: 'NOT_RUNNING' }));
});
