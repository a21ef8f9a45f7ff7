import type { Change } from '../../operator/row.ts';
import type { EvidenceName } from '../../time/evidence.ts';
import { merged } from '../reference/merged.ts';
import type { Fact, Recorded } from '../reference/recorded.ts';
import { type Path, type Placed, type PlacedFact, type PlacedStep, isOfTimer, timeOf } from './place.ts';

/** A change without its cause. */
export type Said = Omit<Change<unknown, unknown>, 'cause'>;

/** A table that gathers what a step brings, as its operator sees it: the rows are its own business. */
export interface Gatherer<T> {
  /** A fact comes to one of the inputs. False: it stirred nothing. */
  take(fact: PlacedFact<T>, side: number): boolean;
  /** The step is through: what leaves of all that was stirred in it, in this order. */
  settle(): readonly Said[];
  /** When something happens by itself. */
  times?(): readonly number[];
  /** A time is there, and what leaves then. */
  due?(time: number, evidence: readonly EvidenceName[]): readonly Said[];
  /** The frontier has moved, and all that was due has happened. */
  moved?(to: number): void;
}

/** The changelog of a table that gathers; `atOnce`: each fact is a step of its own, and what it stirs leaves where it came. */
export function stepwise<T>(inputs: readonly Placed<T>[], gatherer: Gatherer<T>, atOnce = false): Recorded<Change<unknown, unknown>> {
  const out: Recorded<Change<unknown, unknown>>[number][] = [];
  const steps = inputs.flat().filter((entry): entry is PlacedStep => entry.kind === 'step').toSorted((one, other) => one.at - other.at);
  const sides = inputs.map((entries, side) => entries.map((entry) => (entry.kind === 'step' ? entry : { ...entry, value: { side, fact: entry } })));
  let frontier = -1;
  /** What the step has stirred so far: its first fact, and its last. */
  let stirred: { readonly first: PlacedFact<T>; readonly last: PlacedFact<T> } | undefined;
  let order = 0;
  const say = (said: readonly Said[], from: Pick<Fact<unknown>, 'at' | 'cause'>, more: object): void => {
    for (const { time, ...change } of said) out.push({ kind: 'fact', at: from.at, time, cause: from.cause, ...more, order: (order += 1), value: { ...change, time, cause: from.cause } });
  };
  const settle = (): void => {
    if (stirred === undefined) return;
    const { first, last } = stirred;
    stirred = undefined;
    say(gatherer.settle(), { at: last.at, cause: first.cause }, { position: first.position, settled: !atOnce });
  };
  /** Where the frontier was on its way to some time when a fact came; a step that moves nothing is one, too. */
  const passing = ({ at }: PlacedFact<T>): Path | undefined => steps.findLast((step) => step.at < at && step.passing === true)?.path;
  for (const entry of merged(...sides)) {
    if (entry.kind === 'fact') {
      const { fact, side } = entry.value;
      if (stirred !== undefined && (atOnce || stirred.last.step !== fact.step)) settle();
      if (gatherer.take(fact, side)) stirred = { first: stirred?.first ?? fact, last: fact };
      continue;
    }
    const due = (until: number): void => {
      const times = [...new Set(gatherer.times?.() ?? [])].filter((time) => time > frontier && time <= until).toSorted((a, b) => a - b);
      for (const time of times) say(gatherer.due?.(time, entry.evidence) ?? [], { at: entry.at, cause: { kind: 'frontier', time } }, {});
    };
    // What is due when it is gathered leaves because of that; what comes of a timer has left by then.
    const time = stirred === undefined || isOfTimer(stirred.last.path) ? undefined : timeOf(stirred.last.path, passing(stirred.last));
    if (time !== undefined) due(time);
    frontier = Math.max(frontier, time ?? frontier);
    settle();
    due(entry.to);
    frontier = entry.to;
    gatherer.moved?.(entry.to);
    out.push(entry);
  }
  settle();
  return out;
}
