import { compile } from '../plan/compile.ts';
import type { Plan, SourceNode } from '../plan/node.ts';
import { type CountedInto, countedFrom, countedInto, stateNamed } from '../plan/rebuildable.ts';
import type { Backend } from '../port/backend.ts';
import type { Clock } from '../port/clock.ts';
import { memoryBackend } from '../port/memory-backend.ts';
import { Log } from '../store/log.ts';
import { type Meta, type PartitionMeta, SOURCE_LOG, readMeta } from '../store/meta.ts';
import type { DecisionRecord } from '../task/decision.ts';
import { type FailedEvent, isEventFailure } from '../task/event-failure.ts';
import type { Feed } from '../task/feed.ts';
import type { Cadence } from '../task/loop.ts';
import { LogHandle } from '../task/log-handle.ts';
import { type Rebuilt, type RebuiltState, rebuiltState } from '../task/rebuilt.ts';
import type { Say } from '../task/task-options.ts';
import type { Retelling } from '../operator/retelling.ts';
import type { Stateful } from '../operator/stateful.ts';
import type { RuntimeSource } from '../task/runtime.ts';
import type { SourceContext } from '../task/source.ts';
import { Task } from '../task/task.ts';
import { type Upgrades, migrated, outstanding, versionsOf } from '../task/upgrade.ts';
import { holdsOf } from './holds.ts';
import { type Lane, replayed } from './past.ts';
import { correcting } from './correcting.ts';
import { decisionsOf, hasLeft, isRetold, refusals, refusedByPeople } from './rebuild-refusals.ts';

export interface RebuildingOptions {
  readonly plan: Plan;
  readonly backend: Backend;
  readonly durable: boolean;
  readonly clock: Clock;
  readonly cadence: Cadence;
  readonly anyTime: boolean;
  readonly hotKeys?: number | undefined;
  readonly upgrades?: Upgrades | undefined;
  readonly say?: Say | undefined;
}

/** How many records that fail after something had been changed are set aside; for each it begins from the first again. */
const FAILURES_MAX = 100;

/**
 * Counts states anew, in memory, from what the program had taken up to the last commit of its store. Nothing is changed
 * in the store: what it comes to is for the task that is opened next. Undefined where nothing is to be counted anew,
 * and where it has been put into the store with the corrections of what had left.
 *
 * All of the program is run again, so that a record that some step fails on is set aside for the others too.
 */
export async function rebuilding(options: RebuildingOptions): Promise<Rebuilt | undefined> {
  const { backend, plan, durable, upgrades = {} } = options;
  if (!durable || versionsOf(upgrades).size === 0) return undefined;
  const stored = readMeta(backend);
  if (stored === undefined) return undefined;
  const again = new Again(options, stored, []);
  const wanted = new Map(outstanding(again.meta, upgrades));
  if (wanted.size === 0) return undefined;
  const none = { commit: stored.commit, states: new Map<string, RebuiltState>(), recounts: [], told: [] };
  const refused = [...wanted.keys()].flatMap((name) => refusals(name, new Set(wanted.keys()), plan, again.meta, backend, again.task.runtime.statefuls));
  refused.push(...refusedByPeople(backend, stored));
  if (refused.length > 0) return { ...none, refused };
  const sources = new Set([...wanted.keys()].flatMap((name) => sourcesOf(plan, name).map((source) => source.name)));
  const counted = await countedAgain(options, stored, sources);
  if ('problem' in counted) return { ...none, refused: [`states cannot be counted anew: ${counted.problem}`] };
  const { task } = counted.again;
  const rebuilt = (): Rebuilt => ({ ...counted.again.rebuilt(wanted), refused: [] });
  const { statefuls } = task.runtime;
  const retold = new Map(statefuls.flatMap(({ name }) => (wanted.has(name) && isRetold(name, plan, again.meta, statefuls) ? [[name, wanted.get(name) as string] as const] : [])));
  if (retold.size === 0) return rebuilt();
  const anew = (name: string): Retelling => statefuls.find((one) => one.name === name)?.retelling as Retelling;
  const renumbered = (): Rebuilt => {
    // A block of this commit, too, has a number that is free: the store makes a commit of its own for it.
    task.commit(new Map());
    return rebuilt();
  };
  await correcting({ ...options, retold, all: counted.again.names(wanted.keys()), anew, rebuilt: renumbered });
  return undefined;
}

async function countedAgain(options: RebuildingOptions, stored: Meta, sources: ReadonlySet<string>): Promise<{ readonly again: Again } | { readonly problem: string }> {
  for (const failed: FailedEvent[] = []; ; ) {
    const again = new Again(options, stored, failed);
    try {
      const problem = await again.run(sources);
      const [hold] = holdsOf(again.task);
      // Who is held, says more than that somebody stands still.
      if (hold !== undefined) return { problem: `a hold (${hold.reason}) would be raised, on which nobody has decided` };
      return problem === undefined ? { again } : { problem };
    } catch (error) {
      if (!isEventFailure(error) || failed.length === FAILURES_MAX) throw error;
      failed.push(error.data);
    }
  }
}

/** The program once more, on a store of its own in memory, by which nothing leaves. */
class Again {
  readonly task: Task;
  /** What the store knows, under the names of this program. */
  readonly meta: Meta;
  readonly #options: RebuildingOptions;
  readonly #stored: Meta;
  readonly #memory: Backend = memoryBackend();
  #now = 0;

  constructor(options: RebuildingOptions, stored: Meta, failed: readonly FailedEvent[]) {
    const { plan, clock, anyTime, hotKeys, upgrades = {} } = options;
    this.#options = options;
    this.#stored = stored;
    const past: Clock = { now: () => this.#now, monotonic: () => clock.monotonic(), yield: () => clock.yield(), soon: (task) => clock.soon(task), after: (ms, task) => clock.after(ms, task) };
    this.task = new Task({ pipeline: plan.name, backend: this.#memory, durable: true, clock: past, anyTime, hotKeys, mute: true, compile: (host) => compile(plan, host) });
    for (const one of failed) this.task.poison(one);
    this.meta = migrated(stored, upgrades, this.task.runtime, () => {});
  }

  async run(sources: ReadonlySet<string>): Promise<string | undefined> {
    const { clock, cadence } = this.#options;
    const read = this.task.runtime.sources.filter(({ name }) => sources.has(name) && this.meta.sources[name] !== undefined);
    const places = this.#places();
    const lanes: Lane[] = [];
    try {
      let records = 0;
      for (const source of read) {
        for (const [partition, reader] of ((await source.spec.again?.(this.#contextOf(source))) ?? []).entries()) {
          const stored = this.meta.sources[source.name]?.partitions[partition] as PartitionMeta;
          lanes.push({ feed: source.feeds[partition] as Feed, reader, stored, at: places.get(`${source.name}/${partition}`) as number });
          records += stored.offset;
        }
      }
      // Its blocks get the numbers of commits that the store has had.
      const everyRecords = Math.max(cadence.everyEvents, Math.ceil((records + 1) / this.#stored.commit));
      return await replayed({ task: this.task, lanes, decisions: this.#decisions(), clock, everyRecords, isAt: (now) => (this.#now = now) });
    } finally {
      for (const { reader } of lanes) await reader.close();
    }
  }

  rebuilt(wanted: ReadonlyMap<string, string>): Omit<Rebuilt, 'refused'> {
    const { commit } = this.#stored;
    const states = new Map<string, RebuiltState>();
    const recounts: string[] = [];
    const told: string[] = [];
    for (const [name, version] of wanted) {
      const ledger = this.meta.states[`${name} ledger`] !== undefined && this.#isBeside(`${name} ledger`);
      if (ledger) recounts.push(`${name} ledger`);
      for (const stateful of this.#allOf(name)) states.set(stateful.name, rebuiltState(this.#memory, stateful, version, commit));
      told.push(this.#told(name, version, ledger));
    }
    return { commit, states, recounts, told };
  }

  /** All that is counted anew with these. */
  names(wanted: Iterable<string>): ReadonlySet<string> {
    return new Set([...wanted].flatMap((name) => this.#allOf(name).map((one) => one.name)));
  }

  /** A state, and what is kept beside it. */
  #allOf(name: string): readonly Stateful[] {
    const isBeside = (other: string): boolean => ['history', 'parked', 'adjusted', 'final'].some((what) => other === `${name} ${what}`) && this.#isBeside(other);
    return this.task.runtime.statefuls.filter((one) => one.name === name || isBeside(one.name));
  }

  /** Whether it is kept beside a state, and is none of a step of its own that has this name. */
  #isBeside(name: string): boolean {
    return stateNamed(this.#options.plan.nodes, name) === undefined;
  }

  #told(name: string, version: string, hasLedger: boolean): string {
    const { plan } = this.#options;
    const was = this.meta.states[name]?.signature;
    const is = this.task.runtime.statefuls.find((one) => one.name === name)?.signature;
    const what = was === undefined ? `state '${name}' (${is}) is new, and` : was === is ? `state '${name}' (${is})` : `state '${name}' was (${was}), is (${is}), and`;
    const from = sourcesOf(plan, name).map(({ name: source }) => {
      const feeds = this.task.runtime.sources.find((one) => one.name === source)?.feeds ?? [];
      const records = feeds.reduce((sum, { offset }) => sum + offset, 0);
      const bad = feeds.reduce((sum, feed) => sum + feed.bad, 0);
      return `${records} record${records === 1 ? '' : 's'} of source '${source}'${bad === 0 ? '' : `, ${bad} of them set aside`}`;
    });
    const ways = waysOf(plan, name).ways.filter((way) => hasLeft(way, this.meta, this.#options.backend));
    const corrected = listed(ways.filter((way) => way.revised));
    const kept = listed(ways.filter((way) => !way.revised));
    const left = hasLedger
      ? '; what had left otherwise is adjusted by a recount that is due now'
      : `${corrected === '' ? '' : `; what had left to ${corrected} otherwise is corrected now`}${kept === '' ? '' : `; what has left to ${kept} stays as it left`}`;
    return `${what} is counted anew as version '${version}', from ${from.join(' and ')}${left}`;
  }

  /** The place of each partition among all of the program that wrote the store, under its name in this one. */
  #places(): ReadonlyMap<string, number> {
    const { upgrades = {} } = this.#options;
    const now = new Map(Object.entries(upgrades).flatMap(([name, choice]) => (choice.kind === 'migrate' && this.#stored.sources[name] === undefined ? [[choice.from, name] as const] : [])));
    const all = Object.entries(this.#stored.sources).flatMap(([name, { partitions }]) => partitions.map((_, partition) => `${now.get(name) ?? name}/${partition}`));
    return new Map(all.map((name, i) => [name, i]));
  }

  *#decisions(): Iterable<DecisionRecord> {
    for (const record of decisionsOf(this.#options.backend, this.#stored)) if (record.decision.kind !== 'contradiction' && record.decision.kind !== 'resolved') yield record;
  }

  #contextOf({ name }: RuntimeSource): SourceContext {
    const { backend, clock } = this.#options;
    const log = <T>(): LogHandle<T> => new LogHandle(new Log<T>(backend, this.meta.logs[`${SOURCE_LOG}${name}`] as number, name), 'forever', this.task.logs, clock);
    return { name, clock, log };
  }
}

const sourcesOf = ({ nodes }: Plan, name: string): readonly SourceNode[] => {
  const node = stateNamed(nodes, name);
  return node === undefined ? [] : countedFrom(nodes, node).sources;
};

const waysOf = ({ nodes }: Plan, name: string): CountedInto => {
  const node = stateNamed(nodes, name);
  return node === undefined ? { states: [], ways: [] } : countedInto(nodes, node);
};

const listed = (ways: CountedInto['ways']): string => ways.map((way) => `'${way.name}'`).join(' and ');
