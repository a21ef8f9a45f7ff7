import type { Sequences } from '../time/completeness.ts';
import type { Decision } from './decision.ts';
import type { Feed } from './feed.ts';
import type { FeedOptions } from './records.ts';

export interface NumberedOptions extends FeedOptions {
  readonly complete: Sequences;
  /** The frontier waits for the end, whatever is proved: in a batch nothing is late. */
  readonly isStill: boolean;
  /** Writes down what was decided, or what has to be; its place in the log of decisions. */
  readonly decided: (feed: Feed, decision: Decision) => number;
}

/** What a numbered partition's records were: events + controls + repeated + contradictions + bad = records. */
export interface NumberedCounts {
  readonly events: number;
  /** Heartbeats and closes. */
  readonly controls: number;
  readonly repeated: number;
  readonly contradictions: number;
  /** Of the events: those below the frontier, of producers that joined or returned. */
  readonly belowFrontier: number;
}

/** Of a partition that has had none. */
export const noCounts: NumberedCounts = Object.freeze({ events: 0, controls: 0, repeated: 0, contradictions: 0, belowFrontier: 0 });
