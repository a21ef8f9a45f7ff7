import fc from 'fast-check';
import { expect, test } from 'vitest';
import { pipeline } from '../../stream/pipeline.ts';
import { testDriver } from '../../testing/driver.ts';
import { RUNS } from '../../testing/fixture-scenario.ts';
import { fedByHand, readByHand } from '../../testing/fixture-source.ts';
import { sequences } from '../../time/completeness.ts';
import { group } from '../../time/group-windowing.ts';
import type { Message } from '../../time/producers/message.ts';
import { drop, revise } from '../late-policy.ts';

/*
 * A group is proved only where no event that may be missing could have made it another one. What could have is
 * tried out: every one and every two events of the stretches in doubt, of every kind, are put among those that
 * came, and all of them are grouped anew.
 */

interface Marker {
  readonly time: number;
  readonly opens: boolean;
  readonly closes: boolean;
}

interface Stretch {
  readonly from: number;
  readonly to: number;
}

const SPAN = 36;
const KINDS: readonly Omit<Marker, 'time'>[] = [
  { opens: true, closes: false },
  { opens: false, closes: true },
  { opens: true, closes: true },
  { opens: false, closes: false },
];

/** The first and the last moment of each group, both inside, and what is in it. */
function groupsOf(events: readonly Marker[], timeout: number): readonly string[] {
  const at = events.findIndex(({ opens }) => opens);
  const first = events[at];
  if (first === undefined) return [];
  const within = events.slice(at).filter(({ time }) => time <= first.time + timeout);
  const closing = within.findIndex(({ closes }, i) => i > 0 && closes);
  const own = closing < 0 ? within : within.slice(0, closing + 1);
  const last = closing < 0 ? first.time + timeout : (own.at(-1) as Marker).time;
  return [`${first.time}-${last + 1} ${own.length}`, ...groupsOf(events.slice(at + own.length), timeout)];
}

const inOrder = (events: readonly Marker[]): readonly Marker[] => events.toSorted((a, b) => a.time - b.time);

/** All that may be missing, one or two at a time. */
function* missing(stretches: readonly Stretch[]): Generator<readonly Marker[]> {
  const all = stretches.flatMap(({ from, to }) => Array.from({ length: to - from }, (_, i) => from + i)).flatMap((time) => KINDS.map((kind) => ({ ...kind, time })));
  for (const [i, one] of all.entries()) {
    yield [one];
    for (const other of all.slice(i)) yield [one, other];
  }
}

/** What is proved of the groups, said with all of them at hand: nothing is forgotten. */
function expected(events: readonly Marker[], timeout: number, stretches: readonly Stretch[]): readonly string[] {
  let reach = 0;
  let end = Number.NEGATIVE_INFINITY;
  return groupsOf(events, timeout).map((text) => {
    const [start, until] = text.split(/[- ]/).map(Number) as [number, number, number];
    if (end <= start - timeout) reach = start - timeout;
    end = until;
    const isDoubted = stretches.some(({ from, to }) => from < until && to > reach);
    return `${text} ${isDoubted ? 'declared' : 'proved'}`;
  });
}

const times = fc.integer({ min: 0, max: SPAN });
const marker = fc.record({ time: times, kind: fc.constantFrom(0, 0, 1, 1, 2, 3, 3) }).map(({ time, kind }): Marker => ({ time, ...(KINDS[kind] as Omit<Marker, 'time'>) }));
const stories = fc.record({
  // In steps: what comes between two promises comes in any order.
  steps: fc.array(fc.record({ markers: fc.array(marker, { maxLength: 4 }), to: times, store: fc.constantFrom('nothing', 'commit', 'crash') }), { minLength: 1, maxLength: 8 }),
  stretches: fc.array(fc.record({ from: times, length: fc.integer({ min: 1, max: 4 }) }), { maxLength: 2 }),
  timeout: fc.constantFrom(1, 2, 3, 5, 8, 13),
  retain: fc.constantFrom(0, 0, 4, 20),
  kept: fc.boolean(),
});

type Story = typeof stories extends fc.Arbitrary<infer S> ? S : never;

/** What the program says of the groups, and what it was given. */
function run({ steps, stretches, timeout, retain, kept }: Story): { rows: readonly string[]; events: readonly Marker[]; doubted: readonly Stretch[] } {
  const names = stretches.map((_, i) => `lost${i}`);
  const program = pipeline('groups', (app) => {
    const complete = sequences({ roster: ['p', ...names], silentAfter: 1000 });
    const markers = app.source('markers', fedByHand<Message<Marker>>(), { time: ({ time }) => time, complete });
    const windows = markers.window(group<Marker>({ open: ({ opens }) => opens, close: ({ closes }) => closes, timeout }));
    const counts = windows.count({ name: 'counts', late: retain === 0 ? drop() : revise({ retain }), keep: kept ? 'forever' : 0 });
    counts.final().map(({ window, value, evidence }) => `${window?.start}-${window?.end} ${value} ${evidence.join()}`).to(app.sink('rows', readByHand()));
  });
  const driver = testDriver(program, { durable: true });
  const said = (producer: string, sequence: number, promise: number): void => driver.source('markers').send({ kind: 'heartbeat', producer, epoch: 1, sequence, promise });
  for (const [i, { from, length }] of stretches.entries()) {
    said(`lost${i}`, -1, from);
    driver.decide('markers', { kind: 'lost', producer: `lost${i}`, until: from + length, evidence: 'declared', by: 'Ada', reason: 'it burned' });
  }
  const events: Marker[] = [];
  let promised = 0;
  for (const { markers, to, store } of [...steps, { markers: [], to: 1000, store: 'commit' }]) {
    for (const value of markers.map((one) => ({ ...one, time: promised + one.time }))) {
      driver.source('markers').send({ kind: 'event', producer: 'p', epoch: 1, sequence: events.length, value });
      events.push(value);
    }
    promised += Math.floor(to / 3);
    said('p', events.length - 1, to === 1000 ? to : promised);
    if (store !== 'nothing') driver.commit();
    if (store === 'crash') driver.crash();
  }
  return { rows: driver.sink('rows').rows() as readonly string[], events, doubted: stretches.map(({ from, length }) => ({ from, to: from + length })) };
}

const byStart = (rows: readonly string[]): readonly string[] => rows.toSorted((a, b) => Number.parseInt(a, 10) - Number.parseInt(b, 10));

test('a group is proved where, and only where, no stretch in doubt is within its reach; what is missing cannot change what is proved', () => {
  let proved = 0;
  let doubtful = 0;
  const property = fc.property(stories, (story) => {
    const { rows, events, doubted } = run(story);
    const came = inOrder(events);
    expect(byStart(rows)).toEqual(expected(came, story.timeout, doubted));
    const sure = rows.filter((row) => row.endsWith(' proved')).map((row) => row.slice(0, -' proved'.length));
    proved += doubted.length > 0 ? sure.length : 0;
    doubtful += rows.length - sure.length;
    for (const more of missing(doubted)) {
      const would = groupsOf(inOrder([...more, ...came]), story.timeout);
      const behind = groupsOf(inOrder([...came, ...more]), story.timeout);
      for (const one of sure) expect([one, would.includes(one), behind.includes(one)]).toEqual([one, true, true]);
    }
  });
  fc.assert(property, { numRuns: RUNS });
  // The property would hold of one that proves nothing, or doubts nothing.
  expect(Math.min(proved, doubtful)).toBeGreaterThan(RUNS / 4);
});
