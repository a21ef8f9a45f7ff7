import { describe, expect, test } from 'vitest';
import { memoryBackend } from '../port/memory-backend.ts';
import { MemoryDisk } from '../port/memory-disk.ts';
import { log } from '../connector/log.ts';
import type { Program } from '../stream/program.ts';
import type { RunOptions } from '../stream/run-options.ts';
import { pipeline } from '../stream/pipeline.ts';
import { HandClock } from '../testing/fixture-clock.ts';
import { probed } from '../testing/fixture-list.ts';
import { SinkProbe } from '../testing/sink-probe.ts';
import { outOfOrder } from '../time/completeness.ts';
import { tumbling } from '../time/windowing.ts';
import type { SinkSpec } from './sink.ts';
import type { Batch, Reader, SourceSpec } from './source.ts';

/*
 * A partition that has nothing to give for `idleAfter` follows the clock at the distance of bound and
 * `idleAfter`, so windows close without new events. Only silence that was listened to counts.
 */

const BOUND_MS = 5;
const IDLE_MS = 100;
const DISTANCE_MS = BOUND_MS + IDLE_MS;
/** How often an idle frontier moves on. */
const STEP_MS = 1000;
const complete = outOfOrder(BOUND_MS, { idleAfter: IDLE_MS });
const options = { time: (time: number) => time, complete };

/** Lets the loop do what there is to do. */
async function turns(clock: HandClock): Promise<void> {
  for (let turn = 0; turn < 10; turn += 1) {
    clock.settle();
    await clock.yield();
  }
}

async function moved(clock: HandClock, ms: number): Promise<void> {
  clock.move(ms);
  await turns(clock);
}

async function appended(program: Program, clock: HandClock, source: string, ...times: readonly number[]): Promise<void> {
  const done = program.append(source, times);
  await turns(clock);
  await done;
}

async function stopped(program: Program, clock: HandClock): Promise<void> {
  const done = program.stop();
  await turns(clock);
  await done;
}

const frontier = (program: Program, source = 'events', partition = 0): number => program.status().sources[source]?.[partition]?.frontier as number;

/** Counts events in windows of 10 ms, and hands on what is final. */
function counting(out = new SinkProbe(), closed: SinkSpec<string> = probed(out)): Program {
  return pipeline('counting', (app) => {
    const counts = app.source('events', log<number>(), options).window(tumbling(10)).count({ name: 'counts' });
    counts.final().map(({ window, value, evidence }) => `${window?.start}: ${value} ${evidence.join()}`).to(app.sink('out', closed));
    counts.late.map((time) => `late ${time}`).to(app.sink('late', probed(new SinkProbe())));
  });
}

/** A source whose answers a test decides on. */
class HandReaders {
  readonly spec: SourceSpec<number>;
  /** What each partition answers when it is read; nothing: it has to be told that there is something. */
  readonly answers: (() => readonly number[] | undefined)[];
  readonly #ready: (() => void)[] = [];

  constructor(clock: HandClock, answers: (() => readonly number[] | undefined)[]) {
    this.answers = answers;
    const reader = (partition: number): Reader<number> => ({
      read: (): Batch<number> | undefined => {
        const rows = this.answers[partition]?.();
        return rows === undefined ? undefined : { rows, arrival: clock.now(), cursor: 0 };
      },
      ready: () => new Promise((resolve) => (this.#ready[partition] = resolve)),
      close: async () => this.#ready.forEach((wake) => wake()),
    });
    this.spec = { text: 'by hand', partitions: answers.length, open: async () => answers.map((_, partition) => reader(partition)) };
  }

  wake(partition: number): void {
    this.#ready[partition]?.();
  }
}

const nothing = (): undefined => undefined;

test.each<[string, () => RunOptions]>([
  ['in memory', () => ({})],
  ['with a store', () => ({ store: memoryBackend(), commit: { everyMs: 1 } })],
])('%s: after so long without an event the frontier follows the clock, assumed, and windows close', async (_, store) => {
  const clock = new HandClock();
  const out = new SinkProbe();
  const program = counting(out);
  await program.start({ clock, ...store() });
  await appended(program, clock, 'events', 995);
  expect(frontier(program)).toBe(990);
  await moved(clock, IDLE_MS - 1);
  expect(frontier(program)).toBe(990);
  await moved(clock, 1);
  expect(frontier(program)).toBe(clock.now() - DISTANCE_MS);
  expect(out.rows()).toEqual([]);
  await moved(clock, STEP_MS - 1);
  await moved(clock, 1);
  expect(frontier(program)).toBe(clock.now() - DISTANCE_MS);
  expect(program.status().sources['events']).toMatchObject([{ evidence: ['assumed'] }]);
  await moved(clock, 1);
  expect(out.rows()).toEqual(['990: 1 assumed']);
  await stopped(program, clock);
});

test('a partition that has never had an event follows the clock too', async () => {
  const clock = new HandClock();
  const program = counting();
  await program.start({ clock });
  await turns(clock);
  await moved(clock, IDLE_MS);
  expect(frontier(program)).toBe(clock.now() - DISTANCE_MS);
  await stopped(program, clock);
});

test('every event begins the waiting anew, and one that comes to an idle partition is judged by where the frontier stands', async () => {
  const clock = new HandClock();
  const program = counting();
  await program.start({ clock });
  await appended(program, clock, 'events', 995);
  for (let event = 0; event < 5; event += 1) {
    await moved(clock, IDLE_MS - 1);
    await appended(program, clock, 'events', 995);
  }
  expect(frontier(program)).toBe(990);
  await moved(clock, IDLE_MS);
  const idle = clock.now() - DISTANCE_MS;
  expect(frontier(program)).toBe(idle);
  await appended(program, clock, 'events', 995);
  expect(program.status().states['counts']).toMatchObject({ late: 1 });
  expect(frontier(program)).toBe(idle);
  await stopped(program, clock);
});

test('without idleAfter, and where events of any time are taken, silence says nothing', async () => {
  for (const [anyTime, { idleAfterMs: _, ...rest }] of [[true, complete], [false, outOfOrder(BOUND_MS)]] as const) {
    const clock = new HandClock();
    const program = pipeline('patient', (app) => {
      const stated = anyTime ? complete : { ...rest, idleAfterMs: Number.POSITIVE_INFINITY };
      app.source('events', log<number>(), { ...options, complete: stated }).to(app.sink('out', probed(new SinkProbe())));
    });
    await program.start({ clock, anyTime });
    await appended(program, clock, 'events', 995);
    await moved(clock, 1e6);
    expect(frontier(program)).toBe(990);
    await stopped(program, clock);
  }
});

describe('what is no idleness', () => {
  test('having been busy: a partition that runs dry after a long stretch of events has only just fallen silent', async () => {
    const clock = new HandClock();
    let left = 20;
    const readers = new HandReaders(clock, [
      () => {
        if (left === 0) return undefined;
        left -= 1;
        clock.move(IDLE_MS);
        return [995];
      },
    ]);
    const program = pipeline('busy', (app) => app.source('events', readers.spec, options).to(app.sink('out', probed(new SinkProbe()))));
    await program.start({ clock });
    for (let turn = 0; turn < 5; turn += 1) await turns(clock);
    expect([left, frontier(program)]).toEqual([0, 990]);
    await moved(clock, IDLE_MS);
    expect(frontier(program)).toBe(clock.now() - DISTANCE_MS);
    await stopped(program, clock);
  });

  test('downtime: a program that comes up again listens for as long as a new one', async () => {
    const clock = new HandClock();
    const disk = new MemoryDisk();
    const first = counting();
    await first.start({ clock, store: memoryBackend(disk) });
    await appended(first, clock, 'events', 995);
    await stopped(first, clock);
    clock.move(1e6);
    const second = counting();
    await second.start({ clock, store: memoryBackend(disk) });
    await turns(clock);
    expect(frontier(second)).toBe(990);
    await moved(clock, IDLE_MS - 1);
    expect(frontier(second)).toBe(990);
    await moved(clock, 1);
    expect(frontier(second)).toBe(clock.now() - DISTANCE_MS);
    await stopped(second, clock);
  });

  test('back-pressure: while a sink keeps the program waiting, nobody listens', async () => {
    const clock = new HandClock();
    const releases: (() => void)[] = [];
    const slow = new (class extends SinkProbe {
      #full = false;
      override write(row: unknown, number: number): void {
        super.write(row, number);
        this.#full = true;
      }
      override flush(): undefined {
        if (!this.#full) return undefined;
        this.#full = false;
        return new Promise<void>((resolve) => releases.push(resolve)) as never;
      }
    })();
    const readers = new HandReaders(clock, [nothing, nothing]);
    const program = pipeline('pressed', (app) => app.source('events', readers.spec, options).to(app.sink('out', { text: 'slow', open: async () => slow })));
    await program.start({ clock });
    await turns(clock);
    await moved(clock, IDLE_MS - 20);
    let rows: readonly number[] | undefined = [995];
    readers.answers[0] = () => [rows, (rows = undefined)][0];
    readers.wake(0);
    await turns(clock);
    expect(releases.length).toBe(1);
    await moved(clock, 1e6);
    releases[0]?.();
    await turns(clock);
    expect([frontier(program, 'events', 0), frontier(program, 'events', 1)]).toEqual([990, -1]);
    await moved(clock, 19);
    expect(frontier(program, 'events', 1)).toBe(-1);
    await moved(clock, 1);
    expect(frontier(program, 'events', 1)).toBe(clock.now() - DISTANCE_MS);
    await stopped(program, clock);
  });

  test('a process that was held up: what came meanwhile is taken in before anybody is called idle', async () => {
    const clock = new HandClock();
    const program = counting();
    await program.start({ clock });
    await appended(program, clock, 'events', 995);
    // It stands still for long; then its timer is the first to have its turn, before what came over the wire.
    clock.move(1e6);
    for (let task = 0; task < 100; task += 1) await Promise.resolve();
    await appended(program, clock, 'events', 996);
    expect(program.status().states['counts']).toMatchObject({ late: 0 });
    expect(frontier(program)).toBe(991);
    await stopped(program, clock);
  });
});

test('a partition is idle also beside one that always has something', async () => {
  const clock = new HandClock();
  const readers = new HandReaders(clock, [
    nothing,
    () => {
      clock.move(1);
      return [clock.now()];
    },
  ]);
  const program = pipeline('beside', (app) => app.source('events', readers.spec, options).to(app.sink('out', probed(new SinkProbe()))));
  await program.start({ clock });
  for (let turn = 0; turn < 50; turn += 1) await turns(clock);
  expect(frontier(program, 'events', 0)).toBeGreaterThan(1000);
  await stopped(program, clock);
});

test('the step that silence made is committed, and stands after a crash', async () => {
  const clock = new HandClock();
  const disk = new MemoryDisk();
  const out = new SinkProbe();
  const first = counting(out);
  await first.start({ clock, store: memoryBackend(disk), commit: { everyMs: 10 } });
  await appended(first, clock, 'events', 995);
  await moved(clock, IDLE_MS);
  await moved(clock, STEP_MS);
  const idle = clock.now() - DISTANCE_MS;
  await moved(clock, 10);
  expect([frontier(first), out.rows()]).toEqual([idle, ['990: 1 assumed']]);
  // It dies here: nobody stops it.
  const again = new SinkProbe();
  const second = counting(again);
  await second.start({ clock, store: memoryBackend(disk), commit: { everyMs: 10 } });
  expect(frontier(second)).toBe(idle);
  await appended(second, clock, 'events', 995, clock.now());
  expect(second.status()).toMatchObject({ states: { counts: { late: 1, entries: 1 } } });
  await moved(clock, 10);
  expect([...out.rows(), ...again.rows().slice(out.rows().length)]).toEqual(['990: 1 assumed']);
  await stopped(second, clock);
});
