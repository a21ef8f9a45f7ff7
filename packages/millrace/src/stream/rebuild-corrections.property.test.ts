import fc from 'fast-check';
import { expect, test } from 'vitest';
import { type Change, type Duration, type Program, callback, countWindow, every, log, outOfOrder, pipeline, rebuild, revise, session, sliding, tumbling } from '../index.ts';
import { memoryBackend } from '../port/memory-backend.ts';
import { MemoryDisk } from '../port/memory-disk.ts';
import { RUNS } from '../testing/fixture-scenario.ts';

/*
 * What had left and is corrected: whoever plays the changes of both versions has the tables of the second one. Each change
 * begins with what the one before it ended with, at a greater revision; and nothing that was final is changed.
 */

interface Made {
  readonly time: number;
  readonly key: string;
  readonly n: number;
}

interface Version {
  readonly factor: number;
  readonly modulus: number;
  readonly keepsOdd: boolean;
}

interface Life {
  readonly before: readonly Made[];
  readonly after: readonly Made[];
  readonly boundMs: number;
  readonly versions: readonly [Version, Version];
  readonly everyEvents: number;
  readonly hotKeys: number | undefined;
  readonly early: 'each' | 'every 4' | undefined;
}

type AnyChange = Change<unknown, unknown>;
/** By sink. */
type Left = Map<string, AnyChange[]>;

const STATES = ['plain', 'newest', 'joined', 'groups', 'windows', 'wide', 'sessions', 'slides', 'counts', 'of windows', 'least', 'spans'];

function program({ boundMs, early }: Life, { factor, modulus, keepsOdd }: Version, left: Left): Program {
  return pipeline('versions', (app) => {
    const source = app.source('made', log<Made>({ keep: 'forever' }), { time: ({ time }) => time, complete: outOfOrder(boundMs), maxAhead: 'any' });
    const keyed = source.filter(({ n }) => keepsOdd || n % 2 === 0).keyBy(({ key }) => key);
    const value = ({ n }: Made): number => n * factor;
    const plain = keyed.sum(value, { name: 'plain' });
    const newest = keyed.toTable({ name: 'newest' });
    const joined = plain.join(newest, (sum, { n }) => (sum % 5 === 0 ? undefined : sum - n), { name: 'joined' });
    const groups = plain.groupBy(({ value: sum }) => sum % modulus).count({ name: 'groups' });
    const windows = keyed.window(tumbling(10)).sum(value, { name: 'windows', late: revise({ retain: 25 }), ...(early !== undefined && { early: early === 'each' ? early : every(4 as Duration) }) });
    const wide = keyed.window(tumbling(20)).max(value, { name: 'wide', early: 'each', keep: 60 as Duration });
    const sessions = keyed.window(session(6 as Duration)).sum(value, { name: 'sessions', late: revise({ retain: 25 }), ...(early !== undefined && { early: early === 'each' ? early : every(4 as Duration) }) });
    const slides = keyed.window(sliding(5 as Duration)).count({ name: 'slides', late: revise({ retain: 10 }) });
    const counts = keyed.window(countWindow(2)).sum(value, { name: 'counts', early: 'each' });
    const ofWindows = windows.groupBy(({ key }) => (key === 'a' ? 'a' : 'others')).sum(({ value: sum }) => sum, { name: 'of windows' });
    const least = keyed.window(tumbling(10)).min(value, { name: 'least', late: revise({ retain: 25 }) });
    const spans = windows.join(least, (sum, min) => sum - min, { name: 'spans' });
    const tables = { plain, joined, groups, windows, wide, sessions, slides, counts, ofWindows, spans };
    for (const [name, table] of Object.entries(tables)) {
      const list: AnyChange[] = [];
      left.set(name, list);
      (table as typeof plain).changes().to(app.sink(name, callback((change) => void list.push(change as AnyChange))));
    }
    return tables;
  }) as unknown as Program;
}

/** Tables that may have several rows for one key and window. */
const SEVERAL: ReadonlySet<string> = new Set(['slides', 'counts']);

type AnyTable = { scan(): Promise<readonly { readonly key: unknown; readonly window: { readonly start: number; readonly end: number } | undefined; readonly value: unknown }[]> };
type Rows = ReadonlyMap<string, ReadonlyMap<string, unknown>>;

const placeOf = ({ key, window }: { readonly key: unknown; readonly window: { readonly start: number; readonly end: number } | undefined }): string => `${JSON.stringify(key)} ${window?.start} ${window?.end}`;

async function lived(life: Life, version: Version, disk: MemoryDisk, events: readonly Made[], upgrade?: object): Promise<{ readonly left: Left; readonly rows: Rows; readonly frontier: number }> {
  const left: Left = new Map();
  const one = program(life, version, left);
  const { hotKeys, everyEvents } = life;
  await one.start({ store: memoryBackend(disk), commit: { everyEvents }, ...(hotKeys !== undefined && { hotKeys }), ...(upgrade !== undefined && { upgrade: upgrade as never }) });
  await one.append('made', events);
  await one.caughtUp('made');
  const tables = one.tables as unknown as Record<string, AnyTable>;
  const rows = new Map<string, ReadonlyMap<string, unknown>>();
  for (const [name, table] of Object.entries(tables)) rows.set(name, new Map((await table.scan()).map((row) => [placeOf(row), row.value])));
  const frontier = one.status().sources['made']?.[0]?.frontier ?? Number.NEGATIVE_INFINITY;
  await one.stop();
  return { left, rows, frontier };
}

/** What someone has who plays these. */
function played(changes: readonly AnyChange[]): ReadonlyMap<string, AnyChange> {
  const now = new Map<string, AnyChange>();
  for (const change of changes) {
    const place = placeOf(change);
    const last = now.get(place);
    expect(change.before).toEqual(last?.after);
    if (last !== undefined && last.after !== undefined) {
      expect(last.finality).toBe('provisional');
      // Of a row that becomes final only that is new.
      if (change.finality === 'final') expect(change.revision).toBeGreaterThanOrEqual(last.revision);
      else expect(change.revision).toBeGreaterThan(last.revision);
    }
    now.set(place, change);
  }
  return now;
}

/** Of windows that several rows of a key may have: every row that has left and was not taken back. */
function standing(changes: readonly AnyChange[]): readonly string[] {
  const now: string[] = [];
  for (const change of changes) {
    const nameOf = (value: unknown): string => `${placeOf(change)} ${JSON.stringify(value)}`;
    if (change.before !== undefined) {
      const at = now.indexOf(nameOf(change.before));
      expect(at).toBeGreaterThanOrEqual(0);
      now.splice(at, 1);
    }
    if (change.after !== undefined) now.push(nameOf(change.after));
  }
  return now.toSorted();
}

const made = fc.record({ time: fc.integer({ min: 0, max: 11 }), key: fc.constantFrom('a', 'b', 'c', 'd'), n: fc.integer({ min: 0, max: 9 }) });
const version = fc.record({ factor: fc.integer({ min: 1, max: 3 }), modulus: fc.integer({ min: 1, max: 3 }), keepsOdd: fc.boolean() });
const list = (from: number): fc.Arbitrary<readonly Made[]> => fc.array(made, { maxLength: 30, size: 'max' }).map((events) => events.map((event, i) => ({ ...event, time: from + 3 * i + event.time })));
const lives: fc.Arbitrary<Life> = fc.record({
  before: list(0),
  after: list(40),
  boundMs: fc.constantFrom(0, 5),
  versions: fc.tuple(version, version),
  everyEvents: fc.constantFrom(1, 4, 100),
  hotKeys: fc.constantFrom(undefined, 1, 2),
  early: fc.constantFrom(undefined, 'each' as const, 'every 4' as const),
});

test('whoever plays the changes of both versions has what the second one would have said', async () => {
  await fc.assert(
    fc.asyncProperty(lives, async (life) => {
      const { before, after, versions } = life;
      const disk = new MemoryDisk();
      const old = await lived(life, versions[0], disk, before);
      const upgrade = Object.fromEntries(STATES.map((name) => [name, rebuild({ version: 'later' })]));
      const later = await lived(life, versions[1], disk, after, upgrade);
      const fresh = new MemoryDisk();
      const first = await lived(life, versions[1], fresh, before);
      const second = await lived(life, versions[1], fresh, after);
      expect(later.rows).toEqual(second.rows);
      for (const [name, changes] of old.left) {
        const all = [...changes, ...(later.left.get(name) ?? [])];
        if (SEVERAL.has(name)) {
          const isFinal = (some: readonly AnyChange[] | undefined): boolean => some?.some(({ finality }) => finality === 'final') === true;
          // What was final stays, whatever the second version would have made of it.
          if (!isFinal(changes) && !isFinal(first.left.get(name))) expect(standing(all)).toEqual(standing([...(first.left.get(name) ?? []), ...(second.left.get(name) ?? [])]));
          continue;
        }
        const now = played(all);
        const finals = new Set([...played(changes).entries()].filter(([, { finality }]) => finality === 'final').map(([place]) => place));
        const expected = played([...(first.left.get(name) ?? []), ...(second.left.get(name) ?? [])]);
        for (const place of new Set([...now.keys(), ...expected.keys()])) {
          const [is, should] = [now.get(place), expected.get(place)];
          if (finals.has(place)) continue;
          // What is over for the second version, and of which nothing stands, stays unsaid: sessions end with their events.
          const isUnsaid = is === undefined || (is.after === undefined && name === 'sessions');
          if (isUnsaid && should?.finality === 'final') continue;
          expect([name, place, is?.after]).toEqual([name, place, should?.after]);
        }
      }
    }),
    { numRuns: RUNS },
  );
}, 120_000);
