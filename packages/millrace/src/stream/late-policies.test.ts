import { describe, expect, test } from 'vitest';
import { type BareHaltPolicy, type LatePolicy, drop, halt, reconcile, revise } from '../operator/late-policy.ts';
import { fedByHand, readByHand } from '../testing/fixture-source.ts';
import { outOfOrder } from '../time/completeness.ts';
import { group } from '../time/group-windowing.ts';
import { type HoppingWindowing, countWindow, hopping, session, sliding } from '../time/own-windowing.ts';
import { daily } from '../time/schedule.ts';
import { type AlignedWindowing, calendar, global, tumbling } from '../time/windowing.ts';
import { pipeline } from './pipeline.ts';
import type { Stream } from './stream.ts';

/*
 * A policy for late events is followed or refused where the program is written: there is none that is read
 * and forgotten. Programs here are as those that were not compiled with types.
 */

interface Event {
  readonly at: number;
  readonly key: string;
}

// oxlint-disable-next-line typescript/no-explicit-any -- as without types
type Untyped = any; // any: as above

const POLICIES = {
  drop: drop(),
  revise: revise({ retain: 50 }),
  reconcile: reconcile({ at: daily('02:00', 'UTC'), keep: 1000 }),
  halt: halt({ scope: 'key', keep: 1000 }),
  'halt, nothing kept': halt({ scope: 'key' }),
  'halt, without keys': halt({ scope: 'partition' }),
} satisfies Record<string, LatePolicy | BareHaltPolicy>;

const ASKED = {
  drop: 'drop',
  revise: 'revise for 50 ms',
  reconcile: 'reconcile daily 02:00 UTC, kept 1 s',
  halt: 'halt the key, kept 1 s, at most 10000 parked',
  'halt, nothing kept': 'halt the key, at most 10000 parked',
  'halt, without keys': 'halt the partition',
};

type Write = (events: Stream<Event>, options: Untyped) => unknown;

/** Writes a program with one step that is given a policy, and says what is wrong with it: nothing, where it has a plan. */
function refusal(write: Write, late: unknown): unknown {
  try {
    pipeline('late', (app) => {
      const source = { ...fedByHand<Event>(), again: () => Promise.reject(new Error('not read here')) };
      const events = app.source('events', source, { time: (e) => e.at, complete: outOfOrder(5) });
      write(events, { name: 'it', late });
      events.to(app.sink('events', readByHand()));
    });
    return undefined;
  } catch (error) {
    const { code, message } = error as { code?: string; message: string };
    return { code, message };
  }
}

const keyed = (events: Stream<Event>): Untyped => events.keyBy((e) => e.key);
const both = (left: unknown, right: unknown): unknown => [left, right];
const joined = (kind: string): Write => (events, options) => keyed(events)[kind](keyed(events), { within: 5, ...options }, both);
const inWindows = (kind: string): Write => (events, options) => keyed(events).window(tumbling(5))[kind](keyed(events), options, both);
const counted = (windowing: unknown): Write => (events, options) => keyed(events).window(windowing).count(options);
const totals = (events: Stream<Event>, name = 'totals'): Untyped => keyed(events).count({ name });
const fives = (events: Stream<Event>): Untyped => keyed(events).window(tumbling(5)).count({ name: 'fives' });
const prices = (events: Stream<Event>): Untyped => keyed(events).toTable({ name: 'prices', versioned: 100 });

const whole: readonly (AlignedWindowing | HoppingWindowing)[] = [tumbling(5), calendar.day('UTC'), hopping(10, 5)];
const own = [session(5), sliding(5), group({ open: () => true, close: () => true, timeout: 5 })];

const ONLY_DROP = 'it takes drop()';
const DROP_OR_BARE = ['drop', 'halt, nothing kept', 'halt, without keys'] as const;
const BARE = 'it takes drop() or halt({ scope }): nothing that has left is counted again';
const NONE_OF_TABLES = 'it takes none: it revises when the tables it is made of do';
const ABOUT_EVENTS = 'it takes drop() or revise({ retain }): reconcile and halt are about events; give them to what the table is made by';

/** What it is, how it is written, which policies it has, and what it says of the others. */
const steps: readonly (readonly [step: string, write: Write, possible: readonly (keyof typeof POLICIES)[], says: string])[] = [
  ["join 'it'", joined('join'), DROP_OR_BARE, BARE],
  ["join 'it'", (events, options) => keyed(events).join(keyed(events), { within: 'forever', ...options }, both), ['drop'], "it takes drop(): nothing is late within: 'forever'"],
  ["leftJoin 'it'", joined('leftJoin'), DROP_OR_BARE, BARE],
  ["outerJoin 'it'", joined('outerJoin'), DROP_OR_BARE, BARE],
  ["the inner join in windows of 'tumbling 5 ms' 'it'", inWindows('join'), DROP_OR_BARE, BARE],
  ["the left join in windows of 'tumbling 5 ms' 'it'", inWindows('leftJoin'), DROP_OR_BARE, BARE],
  ["the outer join in windows of 'tumbling 5 ms' 'it'", inWindows('outerJoin'), DROP_OR_BARE, BARE],
  ["toTable 'it'", (events, options) => keyed(events).toTable(options), DROP_OR_BARE, BARE],
  ["toTable({ versioned }) 'it'", (events, options) => keyed(events).toTable({ versioned: 100, ...options }), DROP_OR_BARE, BARE],
  ["reorder 'it'", (events, options) => events.reorder({ by: 'time', ...options }), ['drop', 'halt, without keys'], "it takes drop() or halt({ scope: 'partition' or 'pipeline' }): its events have no keys, and nothing that has left is counted again"],
  ["reorder 'it'", (events, options) => events.reorder({ by: (e) => e.at, ...options }), ['drop'], ONLY_DROP],
  ["defer 'it'", (events, options) => keyed(events).defer({ until: () => true, timeout: 5, ...options }), ['drop'], ONLY_DROP],
  ["dedupe 'it'", (events, options) => events.dedupe({ id: (e) => e.at, for: 10, ...options }), ['drop'], ONLY_DROP],
  ["joinTable 'it'", (events, options) => keyed(events).joinTable(prices(events), { missing: 'drop', ...options }, both), [], "it takes 'wait' or 'revise'"],
  ["joinAll 'it'", (events, options) => events.joinAll(prices(events), options, both), [], "it takes 'wait'"],
  ["the inner join of tables 'it'", (events, options) => totals(events).join(totals(events, 'others'), both, options), [], NONE_OF_TABLES],
  ["changes().toTable 'it'", (events, options) => totals(events).changes().toTable(options), [], NONE_OF_TABLES],
  ["the inner join of a table with one it refers to 'it'", (events, options) => totals(events).joinForeign(totals(events, 'others'), () => 'a', both, options), [], NONE_OF_TABLES],
  ["the aggregation without windows 'it'", (events, options) => keyed(events).count(options), [], 'it takes none: nothing is late for a table without windows'],
  ["the aggregation of the rows of a table 'it'", (events, options) => totals(events).groupBy(() => 1).count(options), [], 'it takes none: a table without windows changes for ever, and so does what is made of it'],
  ["the aggregation of the rows of a table 'it'", (events, options) => fives(events).groupBy(() => 1).window(tumbling(10)).count(options), ['drop', 'revise'], ABOUT_EVENTS],
  ["the aggregation in windows of 'count 3' 'it'", counted(countWindow(3)), ['drop'], 'it takes drop(): nothing is late for windows of so many events'],
  ...own.map((windowing) => [`the aggregation in windows of '${windowing.text}' 'it'`, counted(windowing), ['drop', 'revise', 'reconcile', 'halt, nothing kept', 'halt, without keys'], 'it takes drop() or revise({ retain }) or reconcile({ at, keep }) or halt({ scope }): a late event may make other windows of those that have left, and under halt nothing is kept of them'] as const),
  ["the aggregation in windows of 'global' 'it'", counted(global()), ['drop', 'revise', 'reconcile'], 'it takes drop() or revise({ retain }) or reconcile({ at, keep }): it closes when the input has ended, and nobody waits after that'],
  ...whole.map((windowing) => [`the aggregation in windows of '${windowing.text}' 'it'`, counted(windowing), ['drop', 'revise', 'reconcile', 'halt'], 'it takes drop() or revise({ retain }) or reconcile({ at, keep }) or halt({ scope, keep })'] as const),
];

describe.each(steps)('%s', (step, write, possible, says) => {
  test.each(Object.entries(POLICIES) as [keyof typeof POLICIES, LatePolicy | BareHaltPolicy][])('asked to %s', (kind, late) => {
    const refused = { code: 'LATE_NOT_POSSIBLE', message: `${step} was given late: ${ASKED[kind]}; ${says}` };
    expect(refusal(write, late)).toEqual(possible.includes(kind) ? undefined : refused);
  });

  test('given something that is no policy', () => {
    expect(refusal(write, 'later')).toEqual({ code: 'LATE_NOT_POSSIBLE', message: `${step} was given late: 'later'; ${says}` });
    expect(refusal(write, { kind: 'ignore' })).toEqual({ code: 'LATE_NOT_POSSIBLE', message: `${step} was given late: a record; ${says}` });
    expect(refusal(write, undefined)).toBeUndefined();
  });
});

test('a joinTable has words, and not policies', () => {
  const write: Write = (events, options) => keyed(events).joinTable(prices(events), { missing: 'drop', ...options }, both);
  expect(refusal(write, 'wait')).toBeUndefined();
  expect(refusal(write, 'revise')).toBeUndefined();
  const waiting: Write = (events, options) => keyed(events).joinTable(prices(events), { missing: { wait: 5, else: 'drop' }, ...options }, both);
  expect(refusal(waiting, 'revise')).toMatchObject({ message: expect.stringContaining("joinTable 'it': late: 'revise' takes missing: 'drop' or 'null'") });
});

test('a step without a name is named by what it is', () => {
  const write: Write = (events, { late }) => keyed(events).join(keyed(events), { within: 5, late }, both);
  expect(refusal(write, POLICIES.revise)).toMatchObject({ message: `join was given late: revise for 50 ms; ${BARE}` });
});
