import fc from 'fast-check';
import { expect, test } from 'vitest';
import { RUNS } from '../../testing/fixture-scenario.ts';
import { ASSUMED, DECLARED, evidenceNames } from '../evidence.ts';
import { Doubts, type Doubt } from './doubts.ts';
import type { Message } from './message.ts';
import { Roster } from './roster.ts';

const SPAN = 40;
const KINDS = [0, ASSUMED, DECLARED, ASSUMED | DECLARED];

/** What each ms rests on, as the promises were made. */
const stretches = fc.array(fc.record({ ms: fc.integer({ min: 1, max: 6 }), evidence: fc.constantFrom(...KINDS) }), { minLength: 1, maxLength: 8 });

test('whichever promises come, in whatever order and how often, what has come says all that is in doubt below it', () => {
  const property = fc.property(stretches, fc.array(fc.nat(7), { minLength: 1, maxLength: 12 }), (list, order) => {
    const sender = new Doubts();
    const truth: number[] = [];
    const messages = list.map(({ ms, evidence }): Message<never> & { promise: number } => {
      const from = truth.length;
      for (let i = 0; i < ms; i += 1) truth.push(evidence);
      if (evidence !== 0) sender.add({ from, to: truth.length, evidence, producer: 'p' });
      return { kind: 'heartbeat', producer: 'p', epoch: 1, sequence: -1, promise: truth.length, doubts: sender.message() };
    });
    const roster = new Roster({ expected: ['p'], onUnknown: 'join' });
    let promised = 0;
    for (const at of order) {
      const message = messages[at % messages.length] as (typeof messages)[number];
      roster.take(message, Number.NaN, 0, 0);
      promised = Math.max(promised, message.promise);
    }
    expect(roster.least()).toBe(promised);
    for (let at = 0; at < promised; at += 1) expect([at, evidenceNames(roster.doubts.over(at, at + 1))]).toEqual([at, evidenceNames(truth[at] as number)]);
  });
  fc.assert(property, { numRuns: RUNS });
});

test('with less room more is in doubt, and nothing less; what has no end keeps its producer', () => {
  const doubts = fc.array(fc.record<Doubt>({ from: fc.nat(SPAN), to: fc.oneof(fc.integer({ min: 1, max: SPAN }), fc.constant(Infinity)), evidence: fc.constantFrom(ASSUMED, DECLARED), producer: fc.constantFrom('p', 'q') }), { maxLength: 20 });
  const property = fc.property(doubts, (list) => {
    const [all, few] = [new Doubts(), new Doubts([], 3)];
    for (const doubt of list) [all, few].forEach((one) => one.add(doubt));
    for (let at = 0; at < SPAN; at += 1) {
      const exact = list.reduce((sum, { from, to, evidence }) => (from <= at && to > at ? sum | evidence : sum), 0);
      expect(all.over(at, at + 1)).toBe(exact);
      expect(few.over(at, at + 1) & exact).toBe(exact);
    }
    for (const name of ['p', 'q']) expect(few.goesOn(name)).toBe(list.some(({ producer, to }) => producer === name && to === Infinity));
    expect(few.list.filter(({ to }) => to !== Infinity).length).toBeLessThanOrEqual(3);
  });
  fc.assert(property, { numRuns: RUNS });
});

test('what goes on and ends again leaves what was in doubt before', () => {
  const doubts = new Doubts();
  doubts.add({ from: -1, to: 1, evidence: ASSUMED, producer: 'p' });
  doubts.add({ from: -1, to: Infinity, evidence: ASSUMED, producer: 'p' });
  doubts.end('p', -1);
  expect(doubts.list).toEqual([{ from: -1, to: 1, evidence: ASSUMED, producer: 'p' }]);
});
