import type { Stateful } from '../operator/stateful.ts';
import type { Backend } from '../port/backend.ts';
import { CHANGELOG, LOG, OUTPUT, SPILLED, SUBSCRIBERS, keyRange } from '../store/key.ts';
import type { Range } from '../store/log.ts';
import { type Meta, SOURCE_LOG, type StateMeta } from '../store/meta.ts';
import type { Runtime } from './runtime.ts';
import { changelogLog, storedChangelogs } from './store-ids.ts';
import { storedSubscribers } from './subscribers.ts';

/** What the stored program has otherwise than the one that is started. */
export interface Difference {
  /** Of the state, source, sink or changelog; undefined: it concerns the program. */
  readonly name: string | undefined;
  /** As a sentence. */
  readonly text: string;
  /** How it is begun anew, or given up; undefined: it cannot be. */
  readonly discard?: Discard;
}

export interface Discard {
  /** As a sentence. */
  readonly text: string;
  /** What then lies in the store for nobody. */
  readonly drops: readonly Range[];
  /** What the store then knows. */
  meta(before: Meta): Meta;
}

/** Every difference, first those of the program. */
export function differencesOf(backend: Backend, meta: Meta, pipeline: string, runtime: Runtime): readonly Difference[] {
  const ofProgram = meta.pipeline === pipeline ? [] : [{ name: undefined, text: `it belongs to '${meta.pipeline}'` }];
  return [...ofProgram, ...ofStates(meta, runtime), ...ofSources(meta, runtime), ...ofSinks(meta, runtime), ...ofChangelogs(backend, meta, runtime)];
}

function ofStates(meta: Meta, { statefuls }: Runtime): readonly Difference[] {
  const now = new Map(statefuls.map((stateful) => [stateful.name, stateful]));
  const gone = Object.entries(meta.states).flatMap(([name, stored]): readonly Difference[] => {
    const current = now.get(name);
    if (current?.signature === stored.signature) return [];
    const drops = [keyRange(CHANGELOG, stored.id), keyRange(SPILLED, stored.id)];
    const [blocks] = stored.blocks;
    const lost = `what state '${name}' had as (${stored.signature}), ${blocks} block${blocks === 1 ? '' : 's'}, is given up`;
    if (current !== undefined) {
      const text = `state '${name}' was (${stored.signature}) and is (${current.signature})`;
      return [{ name, text, discard: { text: `state '${name}' begins empty as (${current.signature}); ${lost}`, drops, meta: withState(name, { id: stored.id, ...emptyOf(current) }) } }];
    }
    return [{ name, text: `state '${name}' (${stored.signature}) is gone`, discard: { text: lost, drops, meta: withState(name, undefined) } }];
  });
  const come = statefuls.filter(({ name, mayBeNew }) => meta.states[name] === undefined && mayBeNew !== true).map((stateful): Difference => {
    const { name, signature } = stateful;
    const begins = (before: Meta): Meta => withState(name, { id: unusedIn(before), ...emptyOf(stateful) })(before);
    return { name, text: `state '${name}' (${signature}) is new`, discard: { text: `state '${name}' (${signature}) begins empty`, drops: [], meta: begins } };
  });
  return [...gone, ...come];
}

/** What the store knows of a state in which nothing is. */
const emptyOf = (stateful: Stateful): Omit<StateMeta, 'id'> => ({ signature: stateful.signature, memo: stateful.memo(), blocks: [0, 0] });

function ofSources(meta: Meta, { sources }: Runtime): readonly Difference[] {
  const now = new Map(sources.map((source) => [source.name, source]));
  const stored = Object.entries(meta.sources).flatMap(([name, { signature, partitions }]): readonly Difference[] => {
    const current = now.get(name);
    if (current === undefined) {
      const log = `${SOURCE_LOG}${name}`;
      const id = meta.logs[log];
      const drops = id === undefined ? [] : [keyRange(LOG, id)];
      const rows = id === undefined ? '' : ', and its log,';
      return [{ name, text: `source '${name}' (${signature}) is gone`, discard: { text: `how far source '${name}' (${signature}) was read${rows} is given up`, drops, meta: (before) => ({ ...before, sources: without(before.sources, name), logs: without(before.logs, log) }) } }];
    }
    const differences: Difference[] = [];
    if (current.spec.text !== signature) differences.push({ name, text: `source '${name}' was (${signature}) and is (${current.spec.text})` });
    const { length } = current.feeds;
    // A partition more would begin behind windows that are closed; one less would never be read again.
    if (length !== partitions.length) differences.push({ name, text: `source '${name}' had ${partitions.length} partition${partitions.length === 1 ? '' : 's'} and has ${length}` });
    return differences;
  });
  const come = sources.filter(({ name }) => meta.sources[name] === undefined).map(({ name, spec }): Difference => ({ name, text: `source '${name}' (${spec.text}) is new` }));
  return [...stored, ...come];
}

/** A sink more is no difference that matters, nor is one less that has had all its rows. */
function ofSinks(meta: Meta, { sinks }: Runtime): readonly Difference[] {
  const now = new Set(sinks.map(({ name }) => name));
  return Object.entries(meta.sinks).flatMap(([name, { id, next, delivered }]): readonly Difference[] => {
    if (now.has(name) || delivered === next) return [];
    const discard: Discard = { text: `rows ${delivered} to ${next - 1} of sink '${name}' are given up`, drops: [keyRange(OUTPUT, id)], meta: (before) => ({ ...before, sinks: without(before.sinks, name) }) };
    return [{ name, text: `sink '${name}' is gone, and was not given its rows from ${delivered} on`, discard }];
  });
}

/** Changelogs that somebody subscribes to and that this program does not write: to them it would be as if nothing changed any more. */
function ofChangelogs(backend: Backend, meta: Meta, { changelogs }: Runtime): readonly Difference[] {
  const written = new Set(changelogs.map(({ name }) => name));
  return [...storedChangelogs(meta)].flatMap(([name, id]): readonly Difference[] => {
    const subscribers = [...storedSubscribers(backend, id).keys()];
    if (written.has(name) || subscribers.length === 0) return [];
    const who = subscribers.join(', ');
    const discard: Discard = { text: `changelog '${name}' is given up, and what ${who} had not taken of it`, drops: [keyRange(LOG, id), keyRange(SUBSCRIBERS, id)], meta: (before) => ({ ...before, logs: without(before.logs, changelogLog(name)) }) };
    return [{ name, text: `changelog '${name}' is gone, and ${who} subscribed to it`, discard }];
  });
}

const withState = (name: string, state: StateMeta | undefined) => (before: Meta): Meta => ({ ...before, states: state === undefined ? without(before.states, name) : { ...before.states, [name]: state } });

/** A number that no state has, nor the holds. */
export const unusedIn = ({ states }: Meta): number => Math.max(-1, ...Object.values(states).map(({ id }) => id)) + 1;

/** The same without a name; names are the user's, so it has no prototype. */
export function without<T>(named: Readonly<Record<string, T>>, name: string): Readonly<Record<string, T>> {
  return Object.assign(Object.create(null) as Record<string, T>, Object.fromEntries(Object.entries(named).filter(([other]) => other !== name)));
}
