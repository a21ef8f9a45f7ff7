import fc from 'fast-check';
import { expect, test } from 'vitest';
import { pipeline } from '../../stream/pipeline.ts';
import type { Program, Tables } from '../../stream/program.ts';
import type { TestDriver } from '../../testing/driver.ts';
import { type Made, RUNS, RUNS_ON_DISK, type Scenario, inEveryWay, onDisk, scenarios } from '../../testing/fixture-scenario.ts';
import { fedByHand, madeEvents, readByHand } from '../../testing/fixture-source.ts';
import { processed } from '../../testing/reference/processed.ts';
import { record } from '../../testing/reference/record.ts';
import { valuesOf } from '../../testing/reference/recorded.ts';
import { countOf } from '../../testing/reference/results.ts';
import { tumblingAt, windowed } from '../../testing/reference/windowed.ts';
import { tumbling } from '../../time/windowing.ts';
import type { ProcessSteps } from './context.ts';

interface Said {
  readonly key: string;
  readonly what: string;
  readonly time: number;
  readonly frontier: number;
  readonly seen: readonly string[];
}

/** What an event may make a process do, chosen by its number: everything a context offers. */
const lists: ProcessSteps<Made, string, { seen: string[] }, Said> = {
  state: () => ({ seen: [] }),
  on(event, { key, time, frontier, state, emit, setTimer, deleteTimer, clear }) {
    const { seen } = state.get();
    seen.push(event.id);
    if (event.n % 2 === 0) setTimer(event.time + Math.abs(event.n % 7) * 3 + 10);
    if (event.n % 3 === 0) setTimer(Math.max(0, event.time + event.n - 60));
    if (event.n % 5 === 0) deleteTimer(event.time + 13);
    if (event.n % 4 === 1) emit({ key, what: event.id, time, frontier, seen: [...seen] });
    if (event.n % 11 === 0) clear();
    if (event.n % 13 === 0) state.set({ seen: ['anew'] });
  },
  timer(time, { key, time: at, frontier, state, emit, setTimer, clear }) {
    const { seen } = state.get();
    seen.push(`timer ${time}`);
    emit({ key, what: `timer ${time}`, time: at, frontier, seen: [...seen] });
    if (seen.length % 3 === 0) setTimer(time + 4);
    if (seen.length > 6) clear();
  },
};

/** State that is no object, so that reading it keeps nothing. */
const counts: ProcessSteps<Made, string, number, Said> = {
  state: () => 0,
  on(event, { key, time, frontier, state, emit, setTimer, clear }) {
    const n = state.get();
    if (event.n % 2 === 0) state.set(n + event.n);
    if (event.n % 3 === 0) setTimer(event.time + 5);
    if (event.n % 17 === 0) clear();
    emit({ key, what: `${n}`, time, frontier, seen: [] });
  },
  timer(time, { key, time: at, frontier, state, emit, setTimer }) {
    const n = state.get();
    emit({ key, what: `timer ${time} ${n}`, time: at, frontier, seen: [] });
    if (n <= 0) return;
    state.set(n - 40);
    setTimer(time + 7);
  },
};

type Steps = ProcessSteps<Made, string, never, Said>;

function program({ partitions, boundMs }: Scenario, steps: Steps): Program<Tables> {
  return pipeline('process', (app) => {
    const events = app.source('events', fedByHand<Made>(partitions), madeEvents(boundMs));
    const said = events.keyBy((e) => e.key).process<Said, never>({ name: 'own', ...steps });
    said.to(app.sink('said', readByHand()));
    const perWindow = said.keyBy((e) => e.key).window(tumbling(10)).count({ name: 'per window' });
    perWindow.final().to(app.sink('counts', readByHand()));
    perWindow.late.to(app.sink('late', readByHand()));
  });
}

function check({ actions, partitions, boundMs }: Scenario, steps: Steps): (driver: TestDriver<Tables>) => void {
  const events = record(actions, { name: 'events', partitions, boundMs, time: (e) => e.time });
  const { out, kept } = processed(events, (e) => e.key, steps);
  const windows = windowed(out, { key: (e) => e.key, at: tumblingAt(10), result: countOf });
  return (driver) => {
    expect(driver.sink('said').rows()).toEqual(valuesOf(out));
    expect(driver.sink('counts').rows()).toEqual(valuesOf(windows.rows));
    expect(driver.sink('late').rows()).toEqual(valuesOf(windows.late));
    expect(driver.status().states['own']?.entries).toBe(kept.length);
  };
}

const steps = fc.constantFrom(lists as unknown as Steps, counts as unknown as Steps);

test('process equals the reference, whatever the disorder, the batches, the commits and the crashes', () => {
  fc.assert(
    fc.property(scenarios(), steps, (scenario, own) => inEveryWay(program(scenario, own), scenario, check(scenario, own))),
    { numRuns: 2 * RUNS },
  );
});

test('process equals the reference on disk too', () => {
  fc.assert(
    fc.property(scenarios(), steps, (scenario, own) => onDisk(program(scenario, own), scenario, check(scenario, own))),
    { numRuns: RUNS_ON_DISK },
  );
});
