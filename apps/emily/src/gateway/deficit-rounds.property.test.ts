import fc from 'fast-check';
import { expect, test } from 'vitest';
import { COST_MAX, DeficitRounds, QUANTUM } from './deficit-rounds.ts';

const NAMES = ['ada', 'bob', 'eve', 'ian'] as const;
type Name = (typeof NAMES)[number];
type Item = { readonly who: Name; readonly n: number; readonly cost: number };

const deeds = fc.array(
  fc.oneof(
    { weight: 3, arbitrary: fc.record({ kind: fc.constant('add' as const), who: fc.constantFrom(...NAMES), cost: fc.oneof(fc.integer({ min: 1, max: QUANTUM * 2 }), fc.integer({ min: 1, max: COST_MAX * 3 })) }) },
    { weight: 3, arbitrary: fc.record({ kind: fc.constant('next' as const) }) },
    { weight: 1, arbitrary: fc.record({ kind: fc.constant('remove' as const), at: fc.nat() }) },
  ),
  { maxLength: 200 },
);

test('each is served once, those of one in their order, and whoever waits throughout gets as much as any other who does', () => {
  fc.assert(
    fc.property(deeds, (all) => {
      const rounds = new DeficitRounds<Name, Item>();
      const waiting: Item[] = [];
      let n = 0;
      /** What each was served since it last had nothing waiting, with anybody of whom that is said for all that time. */
      const served = new Map<string, number>();
      const countOf = (who: Name): number => waiting.filter((one) => one.who === who).length;
      const forget = (who: Name): void => NAMES.forEach((other) => [`${who} ${other}`, `${other} ${who}`].forEach((pair) => served.delete(pair)));
      for (const deed of all) {
        if (deed.kind === 'add') {
          const item = { who: deed.who, n: (n += 1), cost: deed.cost };
          if (countOf(deed.who) === 0) forget(deed.who);
          rounds.add(deed.who, item, deed.cost);
          waiting.push(item);
        } else if (deed.kind === 'remove' && waiting.length > 0) {
          const [item] = waiting.splice(deed.at % waiting.length, 1) as [Item];
          expect(rounds.remove(item.who, item)).toBe(true);
          expect(rounds.remove(item.who, item)).toBe(false);
        } else if (deed.kind === 'next') {
          const before = NAMES.filter((who) => countOf(who) > 0);
          const item = rounds.next();
          if (waiting.length === 0) {
            expect(item).toBeUndefined();
            continue;
          }
          const oldest = waiting.find(({ who }) => who === item?.who);
          expect(item).toBe(oldest);
          waiting.splice(waiting.indexOf(oldest as Item), 1);
          const { who, cost } = item as Item;
          for (const other of before) if (other !== who) served.set(`${who} ${other}`, (served.get(`${who} ${other}`) ?? 0) + Math.min(cost, COST_MAX));
          for (const other of before) {
            const ahead = (served.get(`${who} ${other}`) ?? 0) - (served.get(`${other} ${who}`) ?? 0);
            expect(ahead).toBeLessThanOrEqual(QUANTUM + 2 * COST_MAX);
          }
        }
        expect([rounds.size, ...NAMES.map((who) => rounds.of(who))]).toEqual([waiting.length, ...NAMES.map(countOf)]);
        const longest = rounds.newestOfLongest();
        if (waiting.length === 0) expect(longest).toBeUndefined();
        else {
          expect(countOf(longest?.who as Name)).toBe(Math.max(...NAMES.map(countOf)));
          expect(longest?.item).toBe(waiting.findLast(({ who }) => who === longest?.who));
        }
      }
      while (waiting.length > 0) waiting.splice(waiting.indexOf(rounds.next() as Item), 1);
      expect(rounds.next()).toBeUndefined();
    }),
    { numRuns: 500 },
  );
});

test('a flood of one is no reason for another to wait: it is served in the next round', () => {
  const rounds = new DeficitRounds<string, string>();
  for (let i = 0; i < 1_000; i += 1) rounds.add('flood', `flood ${i}`, 2_000);
  rounds.add('small', 'small 0', 2_000);
  expect([rounds.next(), rounds.next(), rounds.next()]).toEqual(['flood 0', 'flood 1', 'small 0']);
});
