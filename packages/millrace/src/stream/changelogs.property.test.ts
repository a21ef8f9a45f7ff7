import fc from 'fast-check';
import { expect, test } from 'vitest';
import { revise } from '../operator/late-policy.ts';
import type { Backend } from '../port/backend.ts';
import { PLACES } from '../port/fixture-places.ts';
import { testDriver } from '../testing/driver.ts';
import { RUNS, RUNS_ON_DISK } from '../testing/fixture-scenario.ts';
import { fedByHand } from '../testing/fixture-source.ts';
import { outOfOrder } from '../time/completeness.ts';
import { days } from '../time/duration.ts';
import { tumbling } from '../time/windowing.ts';
import { pipeline } from './pipeline.ts';
import type { Program } from './program.ts';

/** What happens: events come, some late; the store commits, or everything in memory is lost; a subscriber reads, and acknowledges some of it. */
type Step =
  | { readonly kind: 'events'; readonly times: readonly number[] }
  | { readonly kind: 'commit' }
  | { readonly kind: 'crash' }
  | { readonly kind: 'read'; readonly subscriber: string; readonly max: number; readonly share: number; readonly crashes: boolean };

const steps: fc.Arbitrary<readonly Step[]> = fc.array(
  fc.oneof(
    { weight: 4, arbitrary: fc.record({ kind: fc.constant('events' as const), times: fc.array(fc.nat(99), { minLength: 1, maxLength: 5 }) }) },
    { weight: 3, arbitrary: fc.record({ kind: fc.constant('commit' as const) }) },
    { weight: 1, arbitrary: fc.record({ kind: fc.constant('crash' as const) }) },
    {
      weight: 4,
      arbitrary: fc.record({
        kind: fc.constant('read' as const),
        subscriber: fc.constantFrom('crm', 'bi'),
        max: fc.integer({ min: 1, max: 6 }),
        share: fc.integer({ min: 0, max: 4 }),
        crashes: fc.boolean(),
      }),
    },
  ),
  { maxLength: 40, size: 'max' },
);

const published = (): Program =>
  pipeline('published', (app) => {
    const counts = app.source('events', fedByHand<number>(), { time: (at) => at, complete: outOfOrder(0), maxAhead: 'any' }).window(tumbling(10)).count({ name: 'counts', late: revise({ retain: 50 }) });
    counts.to(app.changelog('changes', { keep: days(1) }));
  }) as Program;

async function check(all: readonly Step[], backend: () => Backend): Promise<void> {
  const reference = testDriver(published());
  for (const step of all) if (step.kind === 'events') reference.source('events').send(...step.times);
  const expected = reference.sink('changes').rows();

  const driver = testDriver(published(), { durable: true, backend });
  try {
    driver.commit();
    for (const subscriber of ['crm', 'bi']) await driver.changelog('changes').subscribe(subscriber, 'oldest');
    const acknowledged = new Map([['crm', 0], ['bi', 0]]);
    for (const step of all) {
      if (step.kind === 'events') driver.source('events').send(...step.times);
      else if (step.kind === 'commit') driver.commit();
      else if (step.kind === 'crash') driver.crash();
      else {
        const { subscriber, max, share, crashes } = step;
        const from = acknowledged.get(subscriber) as number;
        const changelog = driver.changelog('changes');
        expect(changelog.acknowledged(subscriber)).toBe(from);
        const durable = driver.sink('changes').rows().length;
        const read = changelog.read(subscriber, max);
        // From behind what it has acknowledged: nothing twice, nothing left out, nothing that a crash would take back.
        expect(read).toEqual(expected.slice(from, Math.min(from + max, durable)).map((change, i) => ({ position: from + i, change })));
        const last = read[Math.min(share, read.length) - 1];
        if (last === undefined) continue;
        const done = changelog.acknowledge(subscriber, last.position).then(() => true, () => false);
        if (crashes) driver.crash();
        if (await done) acknowledged.set(subscriber, last.position + 1);
      }
    }
    driver.commit();
    expect(driver.sink('changes').rows()).toEqual(expected);
    for (const [subscriber, from] of acknowledged) {
      expect(driver.changelog('changes').read(subscriber, 1_000)).toEqual(expected.slice(from).map((change, i) => ({ position: from + i, change })));
    }
  } finally {
    driver.close();
  }
}

test.each(PLACES)('subscribers get every change once acknowledged once, in order, whatever commits and crashes come in between (%s)', async (kind, newPlace) => {
  const property = fc.asyncProperty(steps, async (all) => {
    const place = newPlace();
    try {
      await check(all, () => place.open());
    } finally {
      place.remove();
    }
  });
  await fc.assert(property, { numRuns: kind === 'lmdb' ? RUNS_ON_DISK : RUNS });
});
