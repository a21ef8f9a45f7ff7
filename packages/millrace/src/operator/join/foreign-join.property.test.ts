import fc from 'fast-check';
import { expect, test } from 'vitest';
import { pipeline } from '../../stream/pipeline.ts';
import type { Program } from '../../stream/program.ts';
import type { Stream } from '../../stream/stream.ts';
import type { Table } from '../../stream/table.ts';
import type { TestDriver } from '../../testing/driver.ts';
import { type Made, RUNS, RUNS_ON_DISK, type Scenario, onDisk, scenarios } from '../../testing/fixture-scenario.ts';
import { fedByHand, madeEvents, readByHand } from '../../testing/fixture-source.ts';
import { sameInEveryWay, stepByStep } from '../../testing/fixture-steps.ts';
import { foreignJoined } from '../../testing/reference/joined.ts';
import { played, valuesIn } from '../../testing/reference/played.ts';
import { tumbling } from '../../time/windowing.ts';
import { revise } from '../late-policy.ts';
import type { Change, Row } from '../row.ts';

interface Settings {
  readonly kind: 'inner' | 'left';
  readonly windowed: boolean;
  readonly apart: boolean;
}

const settings: fc.Arbitrary<Settings> = fc.record({ kind: fc.constantFrom('inner' as const, 'left' as const), windowed: fc.boolean(), apart: fc.boolean() });

type Asked = { joined: Table<string, string> };

/** A row refers to a key, to one that is never there, or to none. */
const foreign = ({ value }: Row<string, number>): string | undefined => ['a', 'b', 'c', 'nobody', undefined][Math.abs(value) % 5];
const write = (left: number, right: number | undefined): string => `${left} ${right ?? '–'}`;

function program({ partitions, boundMs }: Scenario, { kind, windowed, apart }: Settings): Program<Asked> {
  return pipeline('references', (app) => {
    const source = (name: string): Stream<Made> => app.source(name, fedByHand<Made>(partitions), madeEvents(boundMs));
    const first = source('one');
    const second = source('two');
    const table = (events: Stream<Made>, key: (e: Made) => string, name: string): Table<string, number> =>
      windowed
        ? events.keyBy(key).window(tumbling(10)).sum((e) => e.n, { name, late: revise({ retain: 15 }) })
        : events.keyBy(key).toTable({ name, value: (e) => (e.n % 4 === 0 ? null : e.n) });
    const left = table(first, (e) => e.id, 'left');
    const right = table(apart ? second : first, (e) => e.key, 'right');
    const joined: Table<string, string> =
      kind === 'inner' ? left.joinForeign(right, foreign, write, { name: 'joined' }) : left.leftJoinForeign(right, foreign, write, { name: 'joined' });
    left.to(app.sink('left', readByHand()));
    right.to(app.sink('right', readByHand()));
    joined.to(app.sink('joined', readByHand()));
    return { joined };
  });
}

type Changes<V> = readonly Change<string, V>[];

function look({ kind, apart }: Settings): (driver: TestDriver<Asked>) => void {
  return (driver) => {
    const left = played(driver.sink('left').rows() as Changes<number>, { apart });
    const right = played(driver.sink('right').rows() as Changes<number>, { apart });
    const joined = played(driver.sink('joined').rows() as Changes<string>, { apart });
    expect(valuesIn(joined)).toEqual(foreignJoined(left, right, foreign, kind, write));
  };
}

test('after every event rows are with what they refer to, and each change goes on from the one before', () => {
  const property = fc.property(scenarios(['one', 'two']), settings, (scenario, chosen) => {
    const driver = stepByStep(program(scenario, chosen), scenario, look(chosen));
    const { sources, states } = driver.status();
    if (!chosen.windowed || !sources['one']?.[0]?.ended || !sources['two']?.[0]?.ended) return;
    const rows = played(driver.sink('joined').rows() as Changes<string>, chosen);
    expect([...rows.values()].every(({ finality }) => finality === 'final')).toBe(true);
    expect(states['joined']?.entries).toBe(0);
  });
  fc.assert(property, { numRuns: RUNS });
});

test('a join by reference is the same whatever the batches, the commits and the crashes', () => {
  const property = fc.property(scenarios(['one', 'two']), settings, (scenario, chosen) => {
    sameInEveryWay(program(scenario, chosen), scenario, ['joined'], ['joined']);
  });
  fc.assert(property, { numRuns: RUNS });
});

test('a join by reference is the same on disk too', () => {
  const property = fc.property(scenarios(['one', 'two']), settings, (scenario, chosen) => {
    sameInEveryWay(program(scenario, chosen), scenario, ['joined'], ['joined'], onDisk);
  });
  fc.assert(property, { numRuns: RUNS_ON_DISK });
});
