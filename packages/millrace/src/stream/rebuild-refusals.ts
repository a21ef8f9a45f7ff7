import { type CountedInto, countedFrom, countedInto, stateNamed } from '../plan/rebuildable.ts';
import type { Stateful } from '../operator/stateful.ts';
import type { Plan, SourceNode } from '../plan/node.ts';
import type { Backend } from '../port/backend.ts';
import { LOG, keyRange, parseKey } from '../store/key.ts';
import { Log } from '../store/log.ts';
import { type Meta, SOURCE_LOG } from '../store/meta.ts';
import type { DecisionRecord } from '../task/decision.ts';
import { HoldBook } from '../task/hold-book.ts';
import { Moment } from '../task/moment.ts';
import { recoverHolds } from '../task/recovery.ts';
import { changelogLog } from '../task/store-ids.ts';

/** Why a state cannot be counted anew, each as a sentence. */
export function refusals(name: string, wanted: ReadonlySet<string>, plan: Plan, meta: Meta, backend: Backend, statefuls: readonly Stateful[]): readonly string[] {
  const cannot = `state '${name}' cannot be counted anew`;
  const node = stateNamed(plan.nodes, name);
  if (node === undefined) return [`${cannot}: the program has no state of this name`];
  if (node.kind === 'numbered') return [`${cannot}: it has numbered what it sent`];
  const { sources, adjusted } = countedFrom(plan.nodes, node);
  const { states, ways } = countedInto(plan.nodes, node);
  return [
    ...sources.filter(({ spec }) => spec.again === undefined).map((source) => `${cannot}: its source '${source.name}' (${source.spec.text}) cannot be read again`),
    ...sources.flatMap((source) => {
      const first = firstOf(source, meta, backend);
      return first === 0 ? [] : [`${cannot}: the log of its source '${source.name}' begins with record ${first}`];
    }),
    ...adjusted.map((table) => `${cannot}: it gets the adjustments of '${table}', which do not come again`),
    ...states.filter((other) => !wanted.has(other)).map((other) => `${cannot} without state '${other}', which is counted from it`),
    ...ways.filter((way) => way.revised && hasLeft(way, meta, backend)).flatMap((way) => {
      const why = notRetold(name, meta, statefuls);
      return why === undefined ? [] : [`${cannot}: rows of it that may change have left to '${way.name}', and ${why}; give it another name, and discard() this one`];
    }),
  ];
}

/** Why what had left cannot be corrected; undefined: it can. */
function notRetold(name: string, meta: Meta, statefuls: readonly Stateful[]): string | undefined {
  const { retelling, signature } = statefuls.find((one) => one.name === name) as Stateful;
  if (retelling === undefined) return 'it does not know how they left';
  const was = meta.states[name]?.signature;
  return was === signature ? undefined : `as (${was}) it kept them in a way that (${signature}) does not read`;
}

/** Whether what a state has said otherwise is corrected: it may change, and could leave before. */
export function isRetold(name: string, plan: Plan, meta: Meta, statefuls: readonly Stateful[]): boolean {
  const node = stateNamed(plan.nodes, name);
  if (node === undefined || notRetold(name, meta, statefuls) !== undefined) return false;
  return countedInto(plan.nodes, node).ways.some((way) => way.revised && (meta.sinks[way.name] !== undefined || meta.logs[changelogLog(way.name)] !== undefined));
}

/** What people have to decide, or have decided, on which a recount would come to something else. */
export function refusedByPeople(backend: Backend, meta: Meta): readonly string[] {
  const book = new HoldBook(new Moment(), true);
  recoverHolds(backend, meta, book);
  const waiting = book.list.filter(({ scope }) => scope.kind !== 'sink').map(({ id, owner, reason }) => `hold ${id} of ${owner} (${reason}) waits for a decision, without which nothing can be counted anew`);
  const resolved: string[] = [];
  for (const { decision } of decisionsOf(backend, meta)) {
    if (decision.kind === 'resolved' && decision.choice !== 'wait') resolved.push(`${decision.by} has decided on hold ${decision.hold} (${decision.choice}), which nothing that is counted anew would know of`);
  }
  return [...waiting, ...resolved];
}

/** What clocks and people had decided, oldest first. */
export function* decisionsOf(backend: Backend, { logs }: Meta): Iterable<DecisionRecord> {
  const id = logs['decisions'];
  if (id === undefined) return;
  for (const { rows } of new Log<DecisionRecord>(backend, id, 'decisions').read(0)) yield* rows;
}

/** The oldest record that the log of a source has; 0 where it has no log. */
function firstOf({ name }: SourceNode, { logs }: Meta, backend: Backend): number {
  const id = logs[`${SOURCE_LOG}${name}`];
  if (id === undefined) return 0;
  for (const [place] of backend.range(...keyRange(LOG, id), { limit: 1 })) return parseKey(place).number;
  return 0;
}

/** Whether a sink or a changelog has got anything. */
export function hasLeft({ name }: CountedInto['ways'][number], { sinks, logs }: Meta, backend: Backend): boolean {
  const id = logs[changelogLog(name)];
  const isPublished = id !== undefined && [...backend.range(...keyRange(LOG, id), { limit: 1 })].length > 0;
  return isPublished || (sinks[name]?.next ?? 0) > 0;
}
