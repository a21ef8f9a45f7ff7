import fc from 'fast-check';
import { expect, test } from 'vitest';
import { type Duration, type Program, callback, log, outOfOrder, pipeline, rebuild, session, tumbling } from '../index.ts';
import { memoryBackend } from '../port/memory-backend.ts';
import { MemoryDisk } from '../port/memory-disk.ts';
import { RUNS } from '../testing/fixture-scenario.ts';

/*
 * What is counted anew is what the new version would have, had it run from the beginning: now, and in what comes later.
 */

interface Made {
  readonly time: number;
  readonly key: string;
  readonly id: number;
  readonly n: number;
}

/** Everything in which one version may be otherwise. */
interface Version {
  readonly factor: number;
  readonly size: number;
  readonly gap: number;
  readonly keepsOdd: boolean;
}

interface Life {
  readonly before: readonly Made[];
  readonly after: readonly Made[];
  readonly boundMs: number;
  readonly former: Version;
  readonly later: Version;
  /** Commits of each. */
  readonly everyEvents: readonly [former: number, later: number];
  readonly hotKeys: number | undefined;
}

/** By sink: which of two is given its rows first is nobody's business. */
interface Left {
  readonly windows: unknown[];
  readonly sessions: unknown[];
}

const nothing = (): Left => ({ windows: [], sessions: [] });

const STATES = ['once', 'tumbling', 'session', 'plain', 'newest', 'groups', 'joined', 'of final'];

function program({ factor, size, gap, keepsOdd }: Version, boundMs: number, left: Left): Program {
  return pipeline('versions', (app) => {
    const source = app.source('made', log<Made>({ keep: 'forever' }), { time: ({ time }) => time, complete: outOfOrder(boundMs), maxAhead: 'any' });
    const once = source.filter(({ n }) => keepsOdd || n % 2 === 0).dedupe({ id: ({ id }) => id, for: 20 as Duration, name: 'once' });
    const keyed = once.keyBy(({ key }) => key);
    const value = ({ n }: Made): number => n * factor;
    const windows = keyed.window(tumbling(size)).sum(value, { name: 'tumbling' });
    const sessions = keyed.window(session(gap as Duration)).sum(value, { name: 'session' });
    const plain = keyed.sum(value, { name: 'plain' });
    const newest = keyed.toTable({ name: 'newest' });
    const groups = plain.groupBy(({ value: sum }) => sum % 3).count({ name: 'groups' });
    const joined = plain.join(newest, (sum, { n }) => sum - n, { name: 'joined' });
    const ofFinal = windows.final().keyBy(({ key }) => key).max(({ value: sum }) => sum, { name: 'of final' });
    windows.final().to(app.sink('windows', callback((row) => void left.windows.push(row))));
    sessions.final().to(app.sink('sessions', callback((row) => void left.sessions.push(row))));
    return { windows, sessions, plain, newest, groups, joined, ofFinal };
  }) as unknown as Program;
}

type AnyTable = { scan(): Promise<readonly unknown[]> };

/** The rows of every table; in no order, because what is on disk has none. */
async function all(one: Program): Promise<Readonly<Record<string, readonly string[]>>> {
  const tables = await Promise.all(Object.entries(one.tables as unknown as Record<string, AnyTable>).map(async ([name, table]) => [name, (await table.scan()).map((row) => JSON.stringify(row)).toSorted()] as const));
  return Object.fromEntries(tables);
}

async function lived(life: Life, version: Version, everyEvents: number, disk: MemoryDisk, events: readonly Made[], how: { readonly upgrade?: object; readonly left?: Left } = {}): Promise<{ readonly at: unknown; readonly later: unknown }> {
  const one = program(version, life.boundMs, how.left ?? nothing());
  const { hotKeys } = life;
  await one.start({ store: memoryBackend(disk), commit: { everyEvents }, ...(hotKeys !== undefined && { hotKeys }), ...(how.upgrade !== undefined && { upgrade: how.upgrade as never }) });
  const at = await all(one);
  await one.append('made', events);
  await one.caughtUp('made');
  const later = await all(one);
  const { records, bad, frontier } = one.status().sources['made']?.[0] ?? {};
  await one.stop();
  return { at, later: { ...later, records, bad, frontier } };
}

const made = fc.record({ time: fc.integer({ min: -1, max: 80 }), key: fc.constantFrom('a', 'b', 'c', 'd'), id: fc.integer({ min: 0, max: 30 }), n: fc.integer({ min: 0, max: 9 }) });
const version = fc.record({ factor: fc.integer({ min: 1, max: 3 }), size: fc.constantFrom(5, 10, 25), gap: fc.constantFrom(3, 10), keepsOdd: fc.boolean() });
/** In about the order of their times, so that some are late and most are not. */
const list = fc.array(made, { maxLength: 40, size: 'max' }).map((events) => events.map((event, i) => ({ ...event, time: event.time < 0 ? event.time : 3 * i + (event.time % 12) })));
const lives: fc.Arbitrary<Life> = fc.record({
  before: list,
  after: list.map((events) => events.map((event) => ({ ...event, time: event.time < 0 ? event.time : event.time + 40 }))),
  boundMs: fc.constantFrom(0, 5),
  former: version,
  later: version,
  everyEvents: fc.tuple(fc.constantFrom(1, 3, 100), fc.constantFrom(1, 4, 100)),
  hotKeys: fc.constantFrom(undefined, 1, 2),
});

test('what is counted anew is what the new version had come to, and goes on as it', async () => {
  await fc.assert(
    fc.asyncProperty(lives, async (life) => {
      const { before, after, former, later, everyEvents } = life;
      const [old, fresh] = [new MemoryDisk(), new MemoryDisk()];
      await lived(life, former, everyEvents[0], old, before);
      await lived(life, later, everyEvents[1], fresh, before);
      const upgrade = Object.fromEntries(STATES.map((name) => [name, rebuild({ version: 'later' })]));
      const [left, expected] = [nothing(), nothing()];
      const rebuilt = await lived(life, later, everyEvents[1], old, after, { upgrade, left });
      expect(rebuilt).toEqual(await lived(life, later, everyEvents[1], fresh, after, { left: expected }));
      expect(left).toEqual(expected);
      // Its blocks have numbers of their own: those that came later have not taken their places.
      expect((await lived(life, later, everyEvents[1], old, [], { upgrade })).at).toEqual((await lived(life, later, everyEvents[1], fresh, [])).at);
    }),
    { numRuns: RUNS },
  );
}, 120_000);
