import { describe, expect, test } from 'vitest';
import { memoryBackend } from '../port/memory-backend.ts';
import { MemoryDisk } from '../port/memory-disk.ts';
import { listed, probed } from '../testing/fixture-list.ts';
import { testDriver } from '../testing/driver.ts';
import { fedByHand, readByHand } from '../testing/fixture-source.ts';
import { SinkProbe } from '../testing/sink-probe.ts';
import { outOfOrder } from '../time/completeness.ts';
import { tumbling } from '../time/windowing.ts';
import { pipeline } from './pipeline.ts';
import type { Program } from './program.ts';

/*
 * A function of the user throws when something has been changed already: a sink has its row, or a table
 * its event. There is no taking that back in memory; with a store the program goes back to its last commit
 * and sets aside what failed.
 */

interface Event {
  readonly time: number;
  readonly name: string;
}

const events: readonly Event[] = ['a', 'b', 'x', 'a', 'c', 'x', 'd'].map((name, time) => ({ time, name }));
const times = { time: (e: Event) => e.time, complete: outOfOrder(0), maxAhead: 'any' } as const;

const refuse = (name: string): void => {
  if (name === 'x') throw new Error('no x');
};

interface Seen {
  readonly first: SinkProbe;
  readonly second: SinkProbe;
  readonly program: Program;
}

/** Two branches: the first passes everything to a sink and counts it, the second refuses x. */
function twoBranches(): Seen & { readonly bad: SinkProbe } {
  const [first, second, bad] = [new SinkProbe(), new SinkProbe(), new SinkProbe()];
  const program = pipeline('branches', (app) => {
    const source = app.source('events', listed([events]), times);
    source.map((e) => e.name).to(app.sink('first', probed(first)));
    source.keyBy((e) => e.name).count({ name: 'counts' }).to(app.sink('changes', probed(new SinkProbe())));
    source
      .map((e) => {
        refuse(e.name);
        return e.name;
      })
      .to(app.sink('second', probed(second)));
    source.bad.map(({ offset, reason, message }) => ({ offset, reason, message })).to(app.sink('bad', probed(bad)));
  });
  return { first, second, bad, program };
}

test('in memory the program stops, and the error names the record and says what to do', async () => {
  const { program } = twoBranches();
  await expect(program.run()).rejects.toMatchObject({
    code: 'EVENT_FAILED',
    data: { source: 'events', partition: 0, offset: 2, reason: 'Error: no x' },
    cure: expect.stringContaining('store'),
  });
});

test.each([1, 2, 3, 100])('with a store that commits every %i events the records that fail are set aside, and everything else is there exactly once', async (everyEvents) => {
  const { first, second, bad, program } = twoBranches();
  await program.run({ store: memoryBackend(), commit: { everyEvents } });
  expect(first.rows()).toEqual(['a', 'b', 'a', 'c', 'd']);
  expect(second.rows()).toEqual(['a', 'b', 'a', 'c', 'd']);
  expect(bad.rows()).toEqual([
    { offset: 2, reason: 'threw', message: 'Error: no x' },
    { offset: 5, reason: 'threw', message: 'Error: no x' },
  ]);
});

describe('a row of a closing window', () => {
  /** The first branch passes the rows of each window to a sink, the second refuses that of x. */
  function closing(): Seen {
    const [first, second] = [new SinkProbe(), new SinkProbe()];
    const program = pipeline('closing', (app) => {
      const rows = app.source('events', listed([events]), times).keyBy((e) => e.name).window(tumbling(4)).count({ name: 'counts' }).final();
      rows.map(({ key, value }) => `${key}${value}`).to(app.sink('first', probed(first)));
      rows
        .map((row) => {
          refuse(row.key);
          return row.key;
        })
        .to(app.sink('second', probed(second)));
    });
    return { first, second, program };
  }

  test('in memory the program stops, and the error names the row', async () => {
    await expect(closing().program.run()).rejects.toMatchObject({ code: 'EVENT_FAILED', message: expect.stringContaining("the row [\"x\"] of 'counts' in [0, 4)") });
  });

  test.each([1, 2, 3, 100])('with a store that commits every %i events that row is set aside, and nothing else', async (everyEvents) => {
    const { first, second, program } = closing();
    await program.run({ store: memoryBackend(), commit: { everyEvents } });
    expect(first.rows()).toEqual(['a2', 'b1', 'c1', 'd1']);
    expect(second.rows()).toEqual(['a', 'b', 'c', 'd']);
  });

  test('what was set aside can be read when the program runs again', async () => {
    const disk = new MemoryDisk();
    await closing().program.run({ store: memoryBackend(disk) });
    const { program } = closing();
    await program.start({ store: memoryBackend(disk) });
    expect(program.bad()).toMatchObject([
      { reason: 'threw', message: 'Error: no x', raw: expect.stringContaining('"key":"x","window":{"start":4') },
      { reason: 'threw', message: 'Error: no x', raw: expect.stringContaining('"key":"x","window":{"start":0') },
    ]);
    expect(program.status().sources['events']).toMatchObject([{ records: 7, events: 7, bad: 0 }]);
    await program.done;
  });
});

describe('a step behind `bad`', () => {
  test('one that throws costs nobody but itself: the record is set aside once more, and not sent there again', async () => {
    const out = new SinkProbe();
    const program = pipeline('bad', (app) => {
      const source = app.source('events', listed([[...events, { time: -1, name: 'y' }, { time: 9, name: 'e' }]]), times);
      source.filter((e) => e.name !== 'x').map((e) => e.name).to(app.sink('out', probed(out)));
      source.bad.map(() => refuse('x')).to(app.sink('bad', probed(new SinkProbe())));
    });
    await program.run();
    expect(out.rows()).toEqual(['a', 'b', 'a', 'c', 'd', 'e']);
  });

  test('with a store, one that throws after something had been changed does the same', async () => {
    const [out, told] = [new SinkProbe(), new SinkProbe()];
    const program = pipeline('bad', (app) => {
      const source = app.source('events', listed([[...events, { time: -1, name: 'y' }, { time: 9, name: 'e' }]]), times);
      source.filter((e) => e.name !== 'x').map((e) => e.name).to(app.sink('out', probed(out)));
      source.bad.map(({ offset }) => offset).to(app.sink('told', probed(told)));
      source.bad.map(() => refuse('x')).to(app.sink('bad', probed(new SinkProbe())));
    });
    await program.run({ store: memoryBackend() });
    expect(out.rows()).toEqual(['a', 'b', 'a', 'c', 'd', 'e']);
    expect(told.rows()).toEqual([]);
  });
});

test('a row that fails in the first step after a restart, which is the end, is set aside as of now', () => {
  const program = pipeline('ended', (app) => {
    const source = app.source('events', fedByHand<Event>(), times);
    source.window(tumbling(4)).count({ name: 'counts' }).final().map(() => refuse('x')).to(app.sink('out', readByHand()));
    source.bad.window(tumbling(4)).count({ name: 'refused' }).final().map(({ value }) => value).to(app.sink('refused', readByHand()));
  });
  const driver = testDriver(program, { durable: true });
  driver.source('events').send(events[0]);
  driver.commit();
  driver.crash();
  driver.source('events').end();
  driver.commit();
  expect(driver.bad()).toMatchObject([{ reason: 'threw', arrival: expect.toSatisfy(Number.isSafeInteger) }]);
});

describe('whatever a function throws, the record is set aside with a reason', () => {
  const inner = (): never => {
    throw new Error('inner');
  };
  const revoked = (): object => {
    const { proxy, revoke } = Proxy.revocable({}, {});
    revoke();
    return proxy;
  };
  const things: Record<string, () => unknown> = {
    'a record without a prototype': () => Object.create(null) as unknown,
    'a text that throws': () => ({ toString: inner }),
    'a message that throws': () => Object.defineProperty(new Error('a'), 'message', { get: inner }),
    'a revoked proxy': revoked,
    'a symbol': () => Symbol('q'),
  };
  const throwing = (what: () => unknown) => (e: Event): Event => {
    if (e.name === 'x') throw what();
    return e;
  };

  test.each(Object.entries(things))('%s: in a step, in `time`, and as a time, in memory and with a store', async (_, what) => {
    for (const store of [undefined, memoryBackend()]) {
      const out = new SinkProbe();
      const program = pipeline('throwing', (app) => {
        app.source('step', listed([events]), times).map(throwing(what)).to(app.sink('out', probed(out)));
        app.source('time', listed([events]), { ...times, time: (e) => throwing(what)(e).time }).to(app.sink('timed', probed(new SinkProbe())));
        app.source('of', listed([events]), { ...times, time: (e) => (e.name === 'x' ? what() : e.time) as number }).to(app.sink('of', probed(new SinkProbe())));
      });
      expect((await program.run(store === undefined ? {} : { store })).bad).toBe(6);
      expect(out.rows()).toHaveLength(5);
    }
  });
});

test('a storm of failures is no longer bad luck: the partition is held, and goes on as long as a person says so', async () => {
  const storm = Array.from({ length: 150 }, (_, time) => ({ time, name: 'x' }));
  const program = pipeline('storm', (app) => {
    const source = app.source('events', listed([storm]), times);
    source.to(app.sink('first', probed(new SinkProbe())));
    source.map((e) => refuse(e.name)).to(app.sink('second', probed(new SinkProbe())));
  });
  // A commit in between would begin the count anew, so nobody asks for one.
  const done = program.run({ store: memoryBackend(), commit: { everyMs: 60_000 } });
  do await new Promise(setImmediate);
  while (program.holds().length === 0);
  expect(program.holds()).toMatchObject([{ reason: 'reopenings', scope: { kind: 'partition', source: 'events', partition: 0 }, evidence: { times: 100, offset: 100, error: 'Error: no x' }, choices: ['proceed', 'wait'] }]);
  await program.resolve(1, { choice: 'proceed', by: 'Ada', reason: 'they are all alike' });
  expect((await done).bad).toBe(150);
});
