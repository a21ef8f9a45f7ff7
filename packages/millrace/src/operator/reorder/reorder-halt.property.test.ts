import fc from 'fast-check';
import { expect, test } from 'vitest';
import { pipeline } from '../../stream/pipeline.ts';
import type { Program, Tables } from '../../stream/program.ts';
import type { TestDriver } from '../../testing/driver.ts';
import { type Halts, accepts, decided, haltedInEveryWay, haltedOnDisk, halts } from '../../testing/fixture-halts.ts';
import { type Made, RUNS, RUNS_ON_DISK, type Scenario } from '../../testing/fixture-scenario.ts';
import { fedByHand, madeEvents, readByHand } from '../../testing/fixture-source.ts';
import { readHeld } from '../../testing/reference/held-input.ts';
import { halt } from '../late-policy.ts';

type Scope = 'partition' | 'pipeline';
const scopes = fc.constantFrom<Scope>('partition', 'pipeline');

function program({ partitions, boundMs }: Scenario, scope: Scope): Program<Tables> {
  return pipeline('halting', (app) => {
    const ordered = app.source('events', fedByHand<Made>(partitions), madeEvents(boundMs)).reorder({ name: 'order', by: 'time', late: halt({ scope }) });
    ordered.to(app.sink('out', readByHand()));
    ordered.late.to(app.sink('late', readByHand()));
  });
}

/** reorder by time under `halt`, as it is meant: what is older than the frontier leaves, sorted. */
function expectedOf(one: Halts, scope: Scope): { readonly out: readonly Made[]; readonly late: readonly Made[]; readonly waiting: number } {
  const { partitions, boundMs } = one.scenario;
  const out: Made[] = [];
  const late: Made[] = [];
  let waiting: Made[] = [];
  let frontier = -1;
  readHeld(decided(one), { scope, sources: ['events'], partitions, boundMs, time: (e) => e.time }, {
    moved([to = -1]) {
      frontier = to;
      out.push(...waiting.filter(({ time }) => time < to).toSorted((a, b) => a.time - b.time));
      waiting = waiting.filter(({ time }) => time >= to);
    },
    take(value) {
      if (value.time < frontier) return true;
      waiting.push(value);
      return false;
    },
    decide: (value) => void (accepts(value) ? out : late).push(value),
  });
  return { out, late, waiting: waiting.length };
}

function check(one: Halts, scope: Scope): (driver: TestDriver<Tables>) => void {
  const expected = expectedOf(one, scope);
  return (driver) => {
    expect(driver.sink('out').rows()).toEqual(expected.out);
    expect(driver.sink('late').rows()).toEqual(expected.late);
    expect(driver.status().states['order']).toMatchObject({ late: expected.late.length, entries: expected.waiting });
  };
}

test('whatever is halted and whenever somebody decides, in whatever batches, commits and crashes, the order is that of the reference', () => {
  const property = fc.property(halts(), scopes, (one, scope) => haltedInEveryWay(program(one.scenario, scope), one, check(one, scope)));
  fc.assert(property, { numRuns: RUNS });
});

test('the same on disk', () => {
  const property = fc.property(halts(), scopes, (one, scope) => haltedOnDisk(program(one.scenario, scope), one, check(one, scope)));
  fc.assert(property, { numRuns: RUNS_ON_DISK });
});
