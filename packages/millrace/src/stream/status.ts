import type { Counters } from '../operator/stateful.ts';
import { type EvidenceName, evidenceNames } from '../time/evidence.ts';
import type { Task } from '../task/task.ts';

/** Where a program stands. */
export interface Status {
  /** The number of the last commit. */
  readonly commit: number;
  readonly sources: { readonly [name: string]: readonly PartitionStatus[] };
  readonly states: { readonly [name: string]: StateStatus };
  /** How many records were ever set aside. */
  readonly bad: number;
}

export interface PartitionStatus {
  /** Records read: events and bad ones. */
  readonly records: number;
  readonly events: number;
  readonly bad: number;
  /** Infinity once it has ended; −1 before the first event. */
  readonly frontier: number;
  readonly evidence: readonly EvidenceName[];
  readonly ended: boolean;
}

export interface StateStatus extends Counters {
  /** How many entries it holds. */
  readonly entries: number;
}

export function statusOf(task: Task): Status {
  const { sources, statefuls } = task.runtime;
  return {
    commit: task.commitNumber,
    bad: task.bad.count,
    sources: Object.fromEntries(
      sources.map(({ name, feeds }) => [
        name,
        feeds.map(({ offset, events, bad, ended, frontier }) => ({
          records: offset,
          events,
          bad,
          frontier: frontier.value,
          evidence: evidenceNames(frontier.evidence),
          ended,
        })),
      ]),
    ),
    states: Object.fromEntries(
      statefuls.map(({ name, state, counters }) => [name, { entries: state.size(), ...counters }]),
    ),
  };
}
