import { expect, test } from 'vitest';
import { outOfOrder, pipeline, type Change } from '../../src/index.ts';
import { testDriver } from '../../src/testing/index.ts';
import { fedByHand, readByHand } from '../../src/testing/fixture-source.ts';

/**
 * ORACLES, "Table aggregation with moving members": the sum of the lengths of names, by group.
 */

interface Membership {
  readonly time: number;
  readonly name: string;
  /** Null: no longer a member of anything. */
  readonly group: string | null;
}

const steps: readonly (readonly [name: string, group: string | null, said: readonly string[]])[] = [
  ['alice', 'E', ['E=5']],
  ['bob', 'A', ['A=3']],
  ['charlie', 'A', ['A=10']],
  ['alice', 'A', ['A=15', 'E deleted']],
  ['charlie', null, ['A=8']],
  ['bob', 'E', ['A=5', 'E=3']],
];

const lengths = {
  subtracting: { sum: (name: string): number => name.length },
  counting_again: { create: () => 0, add: (sum: number, name: string) => sum + name.length, result: (sum: number) => sum },
};

test.each(['subtracting', 'counting again'])('table aggregation with moving members, %s: as published, through a crash after each input', (how) => {
  const program = pipeline('members', (app) => {
    const members = app
      .source('members', fedByHand<Membership>(), { time: (e) => e.time, complete: outOfOrder(0) })
      .keyBy((e) => e.name)
      .toTable({ name: 'members table', value: (e) => e.group });
    const groups = members.groupBy((row) => row.value);
    const again = lengths.counting_again;
    const sums =
      how === 'subtracting'
        ? groups.sum((row) => lengths.subtracting.sum(row.key), { name: 'sums' })
        : groups.aggregate({ name: 'sums', create: again.create, add: (sum: number, row) => again.add(sum, row.key), result: again.result });
    sums.to(app.sink('changes', readByHand()));
  });
  const driver = testDriver(program, { durable: true });
  steps.forEach(([name, group, said], at) => {
    const before = driver.sink('changes').rows().length;
    driver.source('members').send({ time: at + 1, name, group });
    driver.commit();
    driver.crash();
    const changes = driver.sink('changes').rows().slice(before) as readonly Change<string, number>[];
    expect(changes.map(({ key, after }) => (after === undefined ? `${key} deleted` : `${key}=${after}`)).sort()).toEqual(said);
    expect(changes.every(({ time }) => time === at + 1)).toBe(true);
  });
});
