import { errors } from '../error.ts';
import { textOf } from '../reason.ts';
import type { Decision } from '../task/decision.ts';
import type { Feed } from '../task/feed.ts';
import type { Hold, HoldChoice, KeptHold } from '../task/hold.ts';
import { NumberedFeed } from '../task/numbered-feed.ts';
import type { Task } from '../task/task.ts';
import { type ProducerHold, choicesFor } from '../time/producers/hold.ts';
import { checkDecision } from './completeness.ts';

/** Who decides what on a hold, and why. */
export interface HoldDecision {
  readonly choice: HoldChoice;
  /** Of `declare-lost`: up to which event time, in ms since the Unix epoch. Default: now. */
  readonly at?: number;
  /** A person's name. */
  readonly by: string;
  readonly reason: string;
}

/** Everything that waits for a person, oldest first. */
export function holdsOf(task: Task): readonly Hold[] {
  const rosters = feedsOf(task).flatMap((feed) => (feed instanceof NumberedFeed ? feed.roster.holds.map((hold) => ofRoster(feed, hold)) : []));
  return [...task.holds.list.map(ofBook), ...rosters].sort((a, b) => a.id - b.id);
}

/** The holds because of which a partition is not read, or its frontier stands still, oldest first. */
export function holdsOn(task: Task, feed: Feed): readonly number[] {
  const own = feed instanceof NumberedFeed ? feed.roster.holds.map(({ id }) => id) : [];
  return [...task.holds.stopping(feed.source, feed.partition).map(({ id }) => id), ...own].sort((a, b) => a - b);
}

/** See `Program.resolve`. */
export function resolvedDecisions(task: Task, id: number, { choice, at = task.now(), by, reason }: HoldDecision, pipeline: string): readonly (readonly [Feed | undefined, Decision])[] {
  checkDecision('resolve', at, by, reason);
  const hold = holdsOf(task).find((one) => one.id === id);
  if (hold === undefined) throw errors.UNKNOWN_HOLD({ pipeline, hold: id });
  const choices: readonly string[] = hold.choices;
  if (!choices.includes(choice)) throw errors.CHOICE_NOT_OFFERED({ hold: id, choice: textOf(choice), choices });
  const { scope } = hold;
  const feed = scope.kind === 'partition' ? feedsOf(task).find(({ source, partition }) => source === scope.source && partition === scope.partition) : undefined;
  return [[feed, { kind: 'resolved', hold: id, choice, until: at, by, reason }]];
}

const feedsOf = (task: Task): readonly Feed[] => task.runtime.sources.flatMap(({ feeds }) => feeds);

function ofBook({ owner: _owner, waits: _waits, ...hold }: KeptHold): Hold {
  return hold as Hold;
}

function ofRoster({ source, partition }: Feed, { id, reason, producer, evidence: what, since }: ProducerHold): Hold {
  return { id, scope: { kind: 'partition', source, partition }, reason, evidence: { producer, what }, since, choices: choicesFor[reason], stops: [] };
}
