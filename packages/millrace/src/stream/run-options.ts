import { checkGiven, checkMade, checkOptions, checkText, refuse } from '../argument.ts';
import type { Plan } from '../plan/node.ts';
import { spills } from '../plan/spills.ts';
import type { Backend } from '../port/backend.ts';
import type { Clock } from '../port/clock.ts';
import type { Upgrades } from '../task/upgrade.ts';
import type { Duration } from '../time/duration.ts';
import { checkUpgrades } from './upgrades.ts';

export interface RunOptions {
  /** A folder, or a backend: makes state durable. Without it everything is in memory. */
  readonly store?: string | Backend;
  /**
   * For how long, in ms, the store keeps what its commits have changed, so that `millrace replay` can make a store as
   * of an earlier commit. Deleted blocks are written again for that, and stay as long. Default: not at all.
   */
  readonly rewind?: Duration;
  /**
   * What becomes of what the store has of another version of the program, by name: `discard()` begins it empty, or
   * gives up what is gone; `migrate({ from })` takes it over under its new name; `rebuild({ version })` counts it anew
   * from the sources. It is said in a warning of the process
   * with the code UPGRADED, and changes nothing once it is done. Default: PROGRAM_CHANGED.
   */
  readonly upgrade?: Upgrades;
  /** When a program with a store commits: whichever comes first. Default 1 s, 1,000,000 events. */
  readonly commit?: { readonly everyMs?: number; readonly everyEvents?: number };
  /**
   * With a store: how many keys each table without windows keeps in memory, at the most and after a commit, beside those
   * that it changed; those that have not changed for longest are on disk only. Default: all. BAD_ARGUMENT where the program has no such table.
   */
  readonly hotKeys?: number;
  /** Takes events of any time, for replays of old or made-up demand: switches `maxAhead` off. */
  readonly anyTime?: boolean;
  readonly clock?: Clock;
}

/** Refuses what a program cannot be started with: an empty path would put its store into the working directory. */
export function checkRunOptions(options: unknown): void {
  checkGiven('run(options)', options, ['store', 'rewind', 'upgrade', 'commit', 'hotKeys', 'anyTime', 'clock']);
  const { store, rewind, upgrade, commit, hotKeys, anyTime, clock } = options as Readonly<Record<string, unknown>>;
  const folder = "the path of a folder, or a backend such as lmdbBackend('data')";
  if (typeof store === 'string') checkText('run({ store })', store, folder);
  else if (store !== undefined) checkMade('run({ store })', store, ['transact', 'get', 'range', 'close'], folder);
  if (rewind !== undefined && !(Number.isSafeInteger(rewind) && (rewind as number) > 0)) refuse('run({ rewind })', 'a positive whole number of ms', rewind);
  if (rewind !== undefined && store === undefined) refuse('run({ rewind })', 'a store too: without one nothing can be taken back', rewind);
  checkUpgrades(upgrade);
  checkOptions('run({ commit })', commit, ['everyMs', 'everyEvents']);
  if (hotKeys !== undefined && !(Number.isSafeInteger(hotKeys) && (hotKeys as number) > 0)) throw new RangeError(`run({ hotKeys: ${String(hotKeys)} }): expected a whole number from 1 on`);
  if (hotKeys !== undefined && store === undefined) refuse('run({ store }) with hotKeys', folder, store);
  if (anyTime !== undefined && typeof anyTime !== 'boolean') refuse('run({ anyTime })', 'true or false', anyTime);
  if (clock !== undefined) checkMade('run({ clock })', clock, ['now', 'monotonic', 'after', 'yield'], 'a clock, such as systemClock');
}

/** Refuses a bound that nothing of the program would keep. */
export function checkSpills({ name, nodes }: Plan): void {
  if (!nodes.some((node) => spills(nodes, node))) refuse('run({ hotKeys })', `a program with a table without windows: of '${name}' all that is kept is kept in memory`, 'one without');
}
