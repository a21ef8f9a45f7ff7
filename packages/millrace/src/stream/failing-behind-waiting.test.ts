import { expect, test } from 'vitest';
import { memoryBackend } from '../port/memory-backend.ts';
import { MemoryDisk } from '../port/memory-disk.ts';
import { listed } from '../testing/fixture-list.ts';
import { outOfOrder } from '../time/completeness.ts';
import { type App, pipeline } from './pipeline.ts';
import type { Stream } from './stream.ts';

/*
 * What waited, or what a timer makes, fails after something else has been changed for it: the program
 * goes back to its last commit, sets exactly that aside, and everything else leaves once.
 */

interface E {
  readonly at: number;
  readonly n: number;
}

const events: readonly E[] = [2, 0, 1, 5, 4, 3].map((n, i) => ({ at: 10 * (i + 1), n }));

/** Tells a first sink of each event, and then fails on the third of them. */
async function run(write: (events: Stream<E>, app: App) => Stream<E>, everyEvents: number): Promise<{ told: readonly number[]; out: readonly number[]; bad: readonly unknown[] }> {
  const [told, out]: [Map<number, number>, Map<number, number>] = [new Map(), new Map()];
  const program = pipeline('failing', (app) => {
    const source = app.source('events', listed([events]), { time: (e) => e.at, complete: outOfOrder(1000), maxAhead: 'any' });
    const written = write(source, app);
    written.to(app.callback('told', (e, number) => void told.set(number, e.n)));
    written
      .map((e) => {
        if (e.n === 3) throw new Error('no 3');
        return e;
      })
      .to(app.callback('out', (e, number) => void out.set(number, e.n)));
  });
  const disk = new MemoryDisk();
  await program.start({ store: memoryBackend(disk), commit: { everyEvents } });
  await program.done;
  // Once more, on what is stored: nothing is left to do, and what was set aside is still known.
  await program.start({ store: memoryBackend(disk), commit: { everyEvents } });
  const bad = program.bad();
  await program.done;
  return { told: [...told.values()], out: [...out.values()], bad };
}

const ways: readonly [string, (events: Stream<E>, app: App) => Stream<E>, readonly number[]][] = [
  ['reorder by sequence', (source) => source.reorder({ name: 'order', by: (e) => e.n }), [0, 1, 2, 4, 5]],
  ['reorder by time', (source) => source.reorder({ name: 'order', by: 'time' }), [2, 0, 1, 5, 4]],
  ['defer', (source) => source.keyBy(() => 0).defer({ name: 'defer', until: () => true, timeout: 5 }).map(({ value }) => value), [2, 0, 1, 5, 4]],
  [
    'concat',
    (source, app) => app.source('first', listed<E>([[{ at: 5, n: 9 }]]), { time: (e) => e.at, complete: outOfOrder(0), maxAhead: 'any' }).concat(source, { name: 'all' }),
    [9, 2, 0, 1, 5, 4],
  ],
  [
    'a timer of a process',
    (source) =>
      source.keyBy((e) => e.n).process<E, number>({
        name: 'own',
        state: () => 0,
        on: (e, { setTimer }) => setTimer(e.at + 5),
        timer: (at, { key, emit }) => emit({ at, n: key }),
      }),
    [2, 0, 1, 5, 4],
  ],
];

test.each(ways.flatMap(([name, write, expected]) => [1, 2, 1000].map((everyEvents) => [name, everyEvents, write, expected] as const)))(
  '%s, with a commit every %d events',
  async (_, everyEvents, write, expected) => {
    const { told, out, bad } = await run(write, everyEvents);
    expect(out).toEqual(expected);
    expect(told).toEqual(expected);
    expect(bad).toMatchObject([{ source: 'events', reason: 'threw', message: 'Error: no 3' }]);
  },
);
