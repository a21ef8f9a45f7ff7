import { errors } from '../error.ts';
import type { Decision } from '../task/decision.ts';
import type { Feed } from '../task/feed.ts';
import { NumberedFeed } from '../task/numbered-feed.ts';
import type { Task } from '../task/task.ts';
import type { Missing } from '../time/producers/missing.ts';

/** Who gives which producer up, and why. */
export interface LostProducer {
  readonly source: string;
  readonly producer: string;
  /** Up to which event time, in ms since the Unix epoch. Default: now. */
  readonly at?: number;
  /** A person's name. */
  readonly by: string;
  readonly reason: string;
}

type Decided = readonly (readonly [Feed, Decision])[];

/** See `Program.missing`. */
export function missingOf(task: Task): readonly Missing[] {
  return task.runtime.sources.flatMap(({ name: source, feeds }) =>
    feeds.flatMap((feed) => feed.missing().map((missing): Missing => ({ source, partition: feed.partition, ...missing }))),
  );
}

/** A decision for each partition that knows the producer. */
export function lostDecisions(task: Task, { source, producer, at = task.now(), by, reason }: LostProducer, pipeline: string): Decided {
  checkDecision('declareLost', at, by, reason);
  const feeds = numberedFeeds(task, source).filter(({ roster }) => roster.producers.has(producer));
  if (feeds.length === 0) throw errors.UNKNOWN_PRODUCER({ pipeline, source, producer });
  return feeds.map((feed) => [feed, { kind: 'lost', producer, until: at, evidence: 'declared', by, reason }]);
}

function numberedFeeds(task: Task, source: string): readonly NumberedFeed[] {
  const feeds = task.runtime.sources.find(({ name }) => name === source)?.feeds ?? [];
  return feeds.filter((feed) => feed instanceof NumberedFeed);
}

/** A decision has a time, a name and a reason; RangeErrors where it has not. */
export function checkDecision(what: string, at: number, by: string, reason: string): void {
  if (!Number.isSafeInteger(at) || at < 0) throw new RangeError(`${what}({ at: ${at} }): expected whole ms since 1970`);
  if (typeof by !== 'string' || by === '') throw new RangeError(`${what}({ by }): expected the name of who decides`);
  if (typeof reason !== 'string' || reason === '') throw new RangeError(`${what}({ reason }): expected why, in words`);
}
