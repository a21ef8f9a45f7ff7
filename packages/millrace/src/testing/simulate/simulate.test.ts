import { expect, test } from 'vitest';
import { callback } from '../../connector/callback.ts';
import { log } from '../../connector/log.ts';
import { halt } from '../../operator/late-policy.ts';
import { pipeline } from '../../stream/pipeline.ts';
import type { Program, Tables } from '../../stream/program.ts';
import type { SourceStream } from '../../stream/stream.ts';
import { outOfOrder } from '../../time/completeness.ts';
import { hopping } from '../../time/own-windowing.ts';
import { tumbling } from '../../time/windowing.ts';
import { type Shrunk, simulate } from './simulate.ts';

interface Request {
  readonly at: number;
  readonly user: string;
}

/** A program with a mistake of its user in it: what a function says depends on how often it was asked. */
function counting(weight: () => number): Program<Tables> {
  return pipeline('counting', (app) => {
    const requests = app.source('requests', log<Request>(), { time: (r) => r.at, complete: outOfOrder(5) });
    const weighed = requests.map((r) => ({ ...r, weight: weight() }));
    const sums = weighed.keyBy((r) => r.user).window(tumbling(10)).sum((r) => r.weight, { name: 'sums' });
    sums.final().to(app.print('bill'));
    return { sums };
  }) as unknown as Program<Tables>;
}

const events = (random: { below(end: number): number; pick<T>(list: readonly T[]): T }): readonly Request[] =>
  Array.from({ length: 30 }, () => ({ at: random.below(100), user: random.pick(['ada', 'bob']) }));

test('a program that comes to what it means says what was tried', async () => {
  const report = await simulate(counting(() => 1), { events, runs: 20, seed: 1 });
  expect(report).toMatchObject({ runs: 20, seed: 1, replayed: 20, violations: [] });
  expect(report.lives).toBeGreaterThan(20);
  expect(report.batched).toBeGreaterThan(0);
  expect(await simulate(counting(() => 1), { events, runs: 20, seed: 1 })).toEqual(report);
});

test('one that does not is refused, with its seed and the least that still is', async () => {
  let asked = 0;
  const failed = simulate(counting(() => (asked += 1)), { events, runs: 20, seed: 1 });
  await expect(failed).rejects.toMatchObject({ code: 'SIMULATION_FAILED', data: { pipeline: 'counting', seed: 1 } });
  const { shrunk } = await failed.then(() => expect.unreachable(), ({ data }: { readonly data: { readonly shrunk: Shrunk } }) => data);
  expect(shrunk.problems[0]).toMatch(/^(sink 'bill' was given|table 'sums' says)/);
  expect(shrunk.events['requests']).toHaveLength(1);
  expect(shrunk.faults).toEqual([]);
});

test('one that stands still for a person, who decides', async () => {
  const program = pipeline('held', (app) => {
    const requests = app.source('requests', log<Request>(), { time: (r) => r.at, complete: outOfOrder(5), onThrow: 'hold' });
    const named = requests.map((r) => {
      if (r.at === 3) throw new Error('nobody knows that time');
      return r;
    });
    named.to(app.print('named'));
  });
  const report = await simulate(program, { events: () => [1, 2, 3, 4].map((at) => ({ at, user: 'ada' })), runs: 20, seed: 1 });
  expect(report).toMatchObject({ runs: 20, replayed: 0, violations: [] });
});

const LATE: readonly (readonly [string, (requests: SourceStream<Request>) => unknown])[] = [
  ['windows', (requests) => requests.keyBy((r) => r.user).window(tumbling(10)).count({ name: 'step', late: halt({ scope: 'key', keep: 100 }) })],
  ['reorder', (requests) => requests.reorder({ name: 'step', by: 'time', late: halt({ scope: 'partition' }) })],
  ['toTable', (requests) => requests.keyBy((r) => r.user).toTable({ name: 'step', late: halt({ scope: 'key' }) })],
  ['a join', (requests) => requests.keyBy((r) => r.user).join(requests.keyBy((r) => r.user), { name: 'step', within: 10, late: halt({ scope: 'pipeline' }) }, ({ at }) => at)],
];

test.each(LATE)('one in which a late event of %s stops for a person', async (_, step) => {
  const program = pipeline('halting', (app) => void step(app.source('requests', log<Request>(), { time: (r) => r.at, complete: outOfOrder(5) })));
  const report = await simulate(program, { events, runs: 20, seed: 1 });
  expect(report).toMatchObject({ runs: 20, violations: [] });
  // Somebody decided in one at least.
  expect(report.replayed).toBeLessThan(20);
});

test('one whose sink is held, and whose rows a person gives up', async () => {
  const program = pipeline('refused', (app) => {
    const requests = app.source('requests', log<Request>(), { time: (r) => r.at, complete: outOfOrder(5) });
    requests.to(app.sink('out', callback(() => {}), { onRefused: 'hold' }));
  });
  const report = await simulate(program, { events, runs: 40, seed: 1, faults: ['sink failed', 'kill'] });
  expect(report).toMatchObject({ runs: 40, violations: [] });
});

test('an event that is late for some of its windows counts in the others', async () => {
  const program = pipeline('hopped', (app) => {
    const requests = app.source('requests', log<Request>(), { time: (r) => r.at, complete: outOfOrder(5) });
    return { counts: requests.keyBy((r) => r.user).window(hopping(90, 10)).count({ name: 'counts', keep: 'forever' }) };
  }) as unknown as Program<Tables>;
  expect(await simulate(program, { events, runs: 60, seed: 1, faults: ['late'] })).toMatchObject({ runs: 60, violations: [] });
});

test('keys that differ behind many characters are different keys', async () => {
  const program = pipeline('long', (app) => {
    const requests = app.source('requests', log<Request>(), { time: (r) => r.at, complete: outOfOrder(5) });
    return { counts: requests.keyBy((r) => 'x'.repeat(20_000) + r.user).count({ name: 'counts' }) };
  });
  expect(await simulate(program, { events, runs: 5, seed: 1 })).toMatchObject({ batched: 5, violations: [] });
});

test('what is no program is refused', async () => {
  await expect(simulate({} as never, { events })).rejects.toMatchObject({ code: 'BAD_ARGUMENT', message: 'simulate(program): expected a program, as pipeline() makes it, got an object' });
});

test('a program without sources is refused', async () => {
  await expect(simulate(pipeline('nothing', () => {}), { events })).rejects.toMatchObject({ code: 'BAD_ARGUMENT', message: expect.stringContaining("a program with a source") as string });
});

test.each([
  ['runs: 0', { runs: 0 }, '{ runs: 0 }'],
  ['a seed that is none', { seed: -1 }, '{ seed: -1 }'],
  ['a fault that is none', { faults: ['flood'] }, "there is no class 'flood'"],
  ['no events', { events: undefined }, 'events'],
  ['an option that is none', { run: 1 }, "'run'"],
  ['faults that are no list', { faults: 'kill' }, 'simulate(…, { faults }): expected a list of classes'],
  ['a progress that cannot be told', { progress: 5 }, 'simulate(…, { progress }): expected a function'],
  ['events that are none', { events: () => undefined }, 'the events of a simulation: expected a list, or a list for each source, got undefined'],
  ['events of another source', { events: () => ({ others: [] }) }, "'others'"],
])('%s is refused', async (_, options, said) => {
  await expect(simulate(counting(() => 1), { events, ...options } as never)).rejects.toThrow(said);
});
