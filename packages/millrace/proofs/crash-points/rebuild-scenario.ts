import { isDeepStrictEqual } from 'node:util';
import { callback } from '../../src/connector/callback.ts';
import { log } from '../../src/connector/log.ts';
import { reconcile } from '../../src/operator/late-policy.ts';
import { pipeline } from '../../src/stream/pipeline.ts';
import { rebuild } from '../../src/stream/upgrades.ts';
import { outOfOrder } from '../../src/time/completeness.ts';
import { type Duration, hours } from '../../src/time/duration.ts';
import { daily } from '../../src/time/schedule.ts';
import { tumbling } from '../../src/time/windowing.ts';
import type { CrashingStore } from './crashing-store.ts';
import type { Scenario } from './scenario.ts';

interface Event {
  readonly id: number;
  readonly key: string;
  readonly gross: number;
  readonly net: number;
}

const EVENTS: readonly Event[] = Array.from({ length: 9 }, (_, id) => ({ id, key: 'abc'[id % 3] as string, gross: id + 1, net: 2 * id }));
const FORMER = 6;
const APPENDED = 2;
/** So few that rows of the table are in the tree. */
const HOT_KEYS = 1;

const upgrade = { windows: rebuild({ version: 'net' }), totals: rebuild({ version: 'net' }) };

/** The former version sums what is gross, the later one what is net; windows of the later one are narrower, and what had left of the former is adjusted, or corrected. */
function summing(field: 'gross' | 'net', sizeMs: number, left: Map<string, unknown>) {
  const collect = (what: string) => callback<unknown>((row, number) => {
    const name = `${what} ${number}`;
    if (left.has(name) && !isDeepStrictEqual(left.get(name), row)) throw new Error(`${name} came again as another`);
    left.set(name, row);
  });
  return pipeline('summing', (app) => {
    const events = app.source('events', log<Event>({ keep: 'forever' }), { time: ({ id }) => id, complete: outOfOrder(0) });
    const keyed = events.dedupe({ id: ({ id }) => id, for: 1000 as Duration, name: 'once' }).keyBy(({ key }) => key);
    const windows = keyed.window(tumbling(sizeMs)).sum((event) => event[field], { name: 'windows', late: reconcile({ at: daily('02:00', 'UTC'), keep: hours(1) }) });
    windows.final().map(({ key, window, value }) => [key, window?.start, value]).to(app.sink('out', collect('row')));
    windows.to(app.changelog('feed', { keep: hours(1) }));
    windows.adjustments.map(({ adjusts: { key, window, revision }, before, after }) => [key, window.start, window.end, revision, before, after]).to(app.sink('notes', collect('note')));
    const totals = keyed.sum((event) => event[field], { name: 'totals' });
    totals.changes().map(({ key, before, after, revision, cause }) => [key, before, after, revision, cause.kind]).to(app.sink('changes', collect('change')));
    totals.to(app.changelog('totals feed', { keep: hours(1) }));
    return { totals };
  });
}

type Summing = ReturnType<typeof summing>;

/** A program that is started as another version of itself, which counts otherwise: what the former had counted is counted anew, once. */
export const rebuildScenario: Scenario = {
  name: 'a program whose states are counted anew',
  run: async (store) => {
    const left = new Map<string, unknown>();
    let acknowledged = 0;
    const sending = async (program: Summing, to: number): Promise<void> => {
      for (; acknowledged < to; acknowledged += APPENDED) await program.append('events', EVENTS.slice(acknowledged, Math.min(to, acknowledged + APPENDED)));
      await program.caughtUp('events');
    };
    const options = { commit: { everyMs: 0, everyEvents: 1 }, hotKeys: HOT_KEYS };
    await outliving(store, () => summing('gross', 4, left), async (program) => {
      await program.start({ ...options, store: store.open() });
      await sending(program, FORMER);
      await program.stop();
    });
    return outliving(store, () => summing('net', 2, left), async (program) => {
      await program.start({ ...options, store: store.open(), upgrade });
      await sending(program, EVENTS.length);
      await program.reconcile();
      const totals = (await program.tables.totals.scan()).map(({ key, value }) => `${key} ${value}`).toSorted();
      await program.stop();
      return { totals, left: Object.fromEntries([...left].toSorted(([one], [other]) => (one < other ? -1 : 1))) };
    });
  },
};

/** As many lives as it takes. */
async function outliving<R>(store: CrashingStore, version: () => Summing, live: (program: Summing) => Promise<R>): Promise<R> {
  for (;;) {
    const program = version();
    const { deaths } = store;
    try {
      return await live(program);
    } catch (error) {
      // Whatever a dying process says.
      if (store.deaths === deaths) throw error;
      await program.stop().catch(() => {});
    }
  }
}
