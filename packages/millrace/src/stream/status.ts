import type { Counters } from '../operator/stateful.ts';
import { type EvidenceName, evidenceNames } from '../time/evidence.ts';
import { NumberedFeed } from '../task/numbered-feed.ts';
import type { NumberedCounts } from '../task/numbered-options.ts';
import { type ProducerHold, type ProducerHoldChoice, choicesFor } from '../time/producers/hold.ts';
import type { Hold } from '../task/hold.ts';
import { holdsOf, holdsOn } from './holds.ts';
import type { ProducerState } from '../time/producers/producer.ts';
import type { Feed } from '../task/feed.ts';
import type { Full } from '../task/fullness.ts';
import type { Failing } from '../task/retry.ts';
import type { Task } from '../task/task.ts';

/** Where a program stands. */
export interface Status {
  /** The number of the last commit. */
  readonly commit: number;
  /** Set while the store has no room: nothing is read and nothing acknowledged; it goes on by itself when there is. */
  readonly full?: Full;
  /** Sinks that do not take their rows and are tried again, where there are any. */
  readonly failing?: readonly Failing[];
  readonly sources: { readonly [name: string]: readonly PartitionStatus[] };
  readonly states: { readonly [name: string]: StateStatus };
  /** What waits for a person, oldest first: why frontiers stand still. */
  readonly holds: readonly Hold[];
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
  /** The numbers of the holds because of which it is not read, or its frontier stands still, where there are any. */
  readonly heldBy?: readonly number[];
  /** It is not read while it is in front of the other sources by more than its `maxLead`. */
  readonly inLead?: true;
  /** Records that wait in holds, where there are any: neither events nor bad yet. */
  readonly waiting?: number;
  /** How many of its offsets the broker lost, where a source tells them and any are lost. */
  readonly lostByBroker?: number;
  /** Of a source whose producers number what they send. */
  readonly numbered?: NumberedStatus;
}

/** What a partition of numbered messages knows of its producers. */
export interface NumberedStatus extends NumberedCounts {
  /** How often the roster has changed: who joined, was given up, or returned. */
  readonly rosterVersion: number;
  readonly producers: readonly ProducerStatus[];
  /** Why the frontier stands still until a person decides: the oldest of its holds. */
  readonly held: Held | undefined;
}

export interface ProducerStatus {
  readonly producer: string;
  readonly state: ProducerState;
  /** Its latest epoch; undefined while nothing was heard. */
  readonly epoch: number | undefined;
  /** The last sequence of that epoch up to which all have come; −1: none. */
  readonly through: number;
  /** Nothing below it will come from this producer; −1: it has promised nothing. Infinity: it is set aside. */
  readonly promise: number;
}

export interface Held {
  readonly id: number;
  readonly reason: ProducerHold['reason'];
  readonly evidence: string;
  readonly producer: string;
  /** When it began, in ms since the Unix epoch. */
  readonly since: number;
  readonly choices: readonly ProducerHoldChoice[];
  /** How many holds of this partition come after it. */
  readonly others: number;
}

export interface StateStatus extends Counters {
  /** How many entries it holds. */
  readonly entries: number;
}

export function statusOf(task: Task): Status {
  const { sources, statefuls } = task.runtime;
  const failing = task.failing();
  const { full } = task.logs.fullness;
  return {
    commit: task.commitNumber,
    ...(full !== undefined && { full }),
    ...(failing.length > 0 && { failing }),
    holds: holdsOf(task),
    bad: task.bad.count,
    sources: Object.fromEntries(
      sources.map(({ name, feeds }) => [
        name,
        feeds.map((feed) => ({
          records: feed.offset,
          events: feed.events,
          bad: feed.bad,
          frontier: feed.frontier.value,
          evidence: evidenceNames(feed.frontier.evidence),
          ended: feed.ended,
          ...heldOn(task, feed),
          ...(feed.isInLead && { inLead: true as const }),
          ...(feed.positions.count > 0 && { lostByBroker: feed.positions.count }),
          ...(feed instanceof NumberedFeed && { numbered: numberedOf(feed) }),
        })),
      ]),
    ),
    states: Object.fromEntries(
      statefuls.map((stateful) => [stateful.name, { entries: stateful.waiting ?? stateful.state.size(), ...stateful.counters }]),
    ),
  };
}

function numberedOf({ counts, roster }: NumberedFeed): NumberedStatus {
  const producers = [...roster.producers.values()].map((producer) => ({
    producer: producer.name,
    state: producer.state,
    epoch: producer.latest?.number,
    through: producer.latest?.received.through ?? -1,
    promise: Math.max(-1, producer.bound()),
  }));
  return { ...counts, rosterVersion: roster.version, producers, held: heldOf(roster.holds) };
}

function heldOn(task: Task, feed: Feed): Pick<PartitionStatus, 'heldBy' | 'waiting'> {
  const heldBy = holdsOn(task, feed);
  const { waiting } = feed.holds;
  return { ...(heldBy.length > 0 && { heldBy }), ...(waiting > 0 && { waiting }) };
}

function heldOf([first, ...others]: readonly ProducerHold[]): Held | undefined {
  if (first === undefined) return undefined;
  const { id, reason, evidence, producer, since } = first;
  return { id, reason, evidence, producer, since, choices: choicesFor[reason], others: others.length };
}
