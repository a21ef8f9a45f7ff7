import { type Duration, durationText } from '../../time/duration.ts';
import type { HoldBack } from '../../time/frontier.ts';
import { AT_THE_END } from '../../time/time-max.ts';
import type { Interval } from '../../time/calendar.ts';
import type { AlignedWindowing } from '../../time/windowing.ts';

/** Which events of two streams belong together in time; data of a plan. */
export type Span =
  | { readonly kind: 'distance'; readonly beforeMs: Duration; readonly afterMs: Duration }
  | { readonly kind: 'forever' }
  | { readonly kind: 'window'; readonly windowing: AlignedWindowing };

export type JoinKind = 'inner' | 'left' | 'outer';

/** The two inputs of a join. */
export type Side = typeof LEFT | typeof RIGHT;
export const LEFT = 0;
export const RIGHT = 1;

/** Generations that last no longer than this would cost more than the few events they forget earlier. */
const GENERATION_MS_MIN = 1000;

/**
 * Where in time an event stands, seen from a join.
 *
 * What a join keeps lies in generations, which are forgotten as a whole. They are numbered: by their
 * place where they are of one length, by their end where they are windows. `locate` sets the fields,
 * so that nothing is allocated per event.
 */
export interface Spanning {
  /** The generation an event at the located time is kept in. */
  home: number;
  /** The first and the last generation in which its partners are, and the times they have, both included. */
  first: number;
  last: number;
  lo: number;
  hi: number;
  /** From which frontier on no partner can come any more: then what is unmatched leaves. */
  closes: number;
  /** From which frontier on the event itself would have come too late. */
  lateFrom: number;
  /** The window of the located time, where there are windows. */
  readonly window: Interval | undefined;
  locate(side: Side, time: number): void;
  /** In which generation are those that close at `closes`. */
  homeOf(side: Side, closes: number): number;
  /** From which frontier on nothing of a generation has a partner to come. */
  forgets(home: number): number;
}

/** As `describe()` shows it. */
export function spanText(span: Span): string {
  if (span.kind === 'forever') return 'forever';
  if (span.kind === 'window') return `in ${span.windowing.text}`;
  const { beforeMs, afterMs } = span;
  return beforeMs === afterMs ? `within ${durationText(beforeMs)}` : `from ${durationText(beforeMs)} before to ${durationText(afterMs)} after`;
}

export function spanning(span: Span): Spanning {
  if (span.kind === 'distance') return new Distance(span.beforeMs, span.afterMs);
  return span.kind === 'window' ? new SameWindow(span.windowing) : new Forever();
}

/** How far such a join holds the frontier behind it back; undefined: not at all. */
export function holdBack(span: Span, kind: JoinKind): HoldBack | undefined {
  if (span.kind === 'window') return new AtWindowStart(span.windowing);
  if (kind === 'inner') return undefined;
  if (span.kind === 'forever') return { of: () => Number.NEGATIVE_INFINITY };
  // A left event is unmatched when nothing can come `after` it; a right one when nothing can come `before` it.
  const backMs = kind === 'left' ? span.afterMs : Math.max(span.beforeMs, span.afterMs);
  return { of: (frontier) => frontier - backMs };
}

/** A right event may be at most `before` earlier than a left one, and at most `after` later. */
class Distance implements Spanning {
  home = Number.NaN;
  first = Number.NaN;
  last = Number.NaN;
  lo = Number.NaN;
  hi = Number.NaN;
  closes = Number.NaN;
  lateFrom = Number.NaN;
  readonly window: undefined;
  readonly #beforeMs: number;
  readonly #afterMs: number;
  /** So long that the partners of an event are in two of them at most. */
  readonly #lengthMs: number;

  constructor(beforeMs: Duration, afterMs: Duration) {
    this.#beforeMs = beforeMs;
    this.#afterMs = afterMs;
    this.#lengthMs = Math.max(beforeMs + afterMs + 1, GENERATION_MS_MIN);
  }

  locate(side: Side, time: number): void {
    const length = this.#lengthMs;
    this.lo = time - (side === LEFT ? this.#beforeMs : this.#afterMs);
    this.hi = time + (side === LEFT ? this.#afterMs : this.#beforeMs);
    this.home = Math.floor(time / length);
    this.first = Math.floor(this.lo / length);
    this.last = Math.floor(this.hi / length);
    this.closes = this.hi + 1;
    this.lateFrom = time + 1;
  }

  homeOf(side: Side, closes: number): number {
    return Math.floor((closes - 1 - (side === LEFT ? this.#afterMs : this.#beforeMs)) / this.#lengthMs);
  }

  forgets(home: number): number {
    return (home + 1) * this.#lengthMs + Math.max(this.#beforeMs, this.#afterMs);
  }
}

/** Everything of a key belongs together, whenever it happened. Nothing is late for it. */
class Forever implements Spanning {
  home = 0;
  first = 0;
  last = 0;
  lo: number = Number.NEGATIVE_INFINITY;
  hi: number = Number.POSITIVE_INFINITY;
  closes: number = AT_THE_END;
  lateFrom: number = Number.POSITIVE_INFINITY;
  readonly window: undefined;

  locate(): void {}

  homeOf(): number {
    return 0;
  }

  forgets(): number {
    return AT_THE_END;
  }
}

/** What is in one window belongs together. A generation is a window, by its end. */
class SameWindow implements Spanning {
  home = Number.NaN;
  first = Number.NaN;
  last = Number.NaN;
  lo: number = Number.POSITIVE_INFINITY;
  hi: number = Number.NEGATIVE_INFINITY;
  closes = Number.NaN;
  lateFrom = Number.NaN;
  readonly #windowing: AlignedWindowing;

  constructor(windowing: AlignedWindowing) {
    this.#windowing = windowing;
  }

  get window(): Interval {
    return { start: this.lo, end: this.hi + 1 };
  }

  locate(_side: Side, time: number): void {
    if (time >= this.lo && time <= this.hi) return;
    const { start, end } = this.#windowing.at(time);
    this.lo = start;
    this.hi = end - 1;
    this.home = end;
    this.first = end;
    this.last = end;
    this.closes = end;
    this.lateFrom = end;
  }

  homeOf(_side: Side, closes: number): number {
    return closes;
  }

  forgets(home: number): number {
    return home;
  }
}

/** A window that is open may still give what happened at its start. */
class AtWindowStart implements HoldBack {
  readonly #windowing: AlignedWindowing;
  #start: number = Number.POSITIVE_INFINITY;
  #end: number = Number.NEGATIVE_INFINITY;

  constructor(windowing: AlignedWindowing) {
    this.#windowing = windowing;
  }

  of(frontier: number): number {
    if (frontier < this.#start || frontier >= this.#end) {
      const { start, end } = this.#windowing.at(frontier);
      this.#start = start;
      this.#end = end;
    }
    return this.#start;
  }
}
