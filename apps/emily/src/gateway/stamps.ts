import { epochMs, type EpochMs } from '../domain/names.ts';
import type { ReplayTerms } from './replay-terms.ts';
import type { Clock } from './clock.ts';

/** When calls were admitted, and what can be promised of those to come. */
export interface AdmissionTimes {
  /** No call that is admitted from now on has a time below it. */
  promise(): EpochMs;
}

/** The admission times of a gateway: the clock's, except that they never go back when the clock does. */
export class Stamps implements AdmissionTimes {
  readonly #clock: Clock;
  #last: EpochMs;

  /** `last` is the newest stamp of the gateway's earlier lives and what they promised, where it is known. */
  constructor(clock: Clock, last: EpochMs = epochMs(0)) {
    this.#clock = clock;
    this.#last = last;
  }

  next(): EpochMs {
    this.#last = epochMs(Math.max(this.#last, this.#clock.now()));
    return this.#last;
  }

  promise(): EpochMs {
    return this.next();
  }
}

/**
 * The admission times of a replay: the calls bring them along, at most `spanMs` behind the newest so far, and
 * none later than the trace's last. The gateway holds them to it, so that it can promise.
 */
export class TraceTimes implements AdmissionTimes {
  readonly terms: ReplayTerms;
  readonly #spanMs: number;
  #promise: EpochMs;

  /** `promised` is what the gateway's earlier lives promised. */
  constructor(terms: ReplayTerms, spanMs: number, promised: EpochMs = epochMs(0)) {
    this.terms = terms;
    this.#spanMs = spanMs;
    this.#promise = promised;
  }

  /** Takes the time of a call, or says what is wrong with it. */
  take(at: EpochMs): 'taken' | 'too-old' | 'too-new' {
    if (at < this.#promise) return 'too-old';
    if (at > this.terms.latest) return 'too-new';
    this.#promise = epochMs(Math.max(this.#promise, at - this.#spanMs));
    return 'taken';
  }

  promise(): EpochMs {
    return this.#promise;
  }
}
