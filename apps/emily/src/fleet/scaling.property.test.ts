import fc from 'fast-check';
import { expect, test } from 'vitest';
import { FULL_AFTER_DOWN, Scaler, type Scaling } from './scaling.ts';

const terms: fc.Arbitrary<Scaling> = fc
  .record({ min: fc.nat(4), more: fc.nat(20), callsPerReplica: fc.integer({ min: 1, max: 50 }), upAfterMs: fc.integer({ min: 0, max: 20_000 }), downAfterMs: fc.integer({ min: 0, max: 60_000 }) })
  .map(({ more, ...rest }) => ({ ...rest, max: rest.min + more }));

function run(scaling: Scaling, loads: readonly number[]): { at: number; wanted: number }[] {
  const scaler = new Scaler(scaling);
  return loads.map((calls, i) => ({ at: i * 1_000, wanted: scaler.wanted(calls, i * 1_000) }));
}

const changesOf = (told: readonly { at: number; wanted: number }[]): { at: number; from: number; to: number }[] =>
  told.flatMap(({ at, wanted }, i) => (i > 0 && told[i - 1]!.wanted !== wanted ? [{ at, from: told[i - 1]!.wanted, to: wanted }] : []));

test('whatever the load, it stays within its bounds, and changes no sooner after a change than it may', () => {
  fc.assert(
    fc.property(terms, fc.array(fc.nat(500), { minLength: 1, maxLength: 200 }), (scaling, loads) => {
      const told = run(scaling, loads);
      for (const { wanted } of told) expect(wanted >= scaling.min && wanted <= scaling.max).toBe(true);
      const changes = changesOf(told);
      for (const [i, { at, from, to }] of changes.entries()) {
        const before = changes[i - 1];
        if (before !== undefined) expect(at - before.at).toBeGreaterThanOrEqual(to > from ? scaling.upAfterMs : scaling.downAfterMs);
      }
    }),
    { numRuns: 500 },
  );
});

test('a load that stays between what makes it grow and what makes it shrink changes nothing', () => {
  fc.assert(
    fc.property(terms, fc.integer({ min: 1, max: 10 }), fc.array(fc.nat(1_000), { minLength: 150, maxLength: 300 }), (some, replicas, within) => {
      const scaling = { ...some, min: 0, max: 20, upAfterMs: 1_000 };
      const most = replicas * scaling.callsPerReplica;
      const least = Math.floor((replicas - 1) * scaling.callsPerReplica * FULL_AFTER_DOWN) + 1;
      const loads = within.map((n) => least + (n % (most - least + 1)));
      const told = run(scaling, [...Array.from({ length: 3 }, () => most), ...loads]);
      expect(new Set(told.slice(2).map(({ wanted }) => wanted))).toEqual(new Set([replicas]));
    }),
    { numRuns: 500 },
  );
});
