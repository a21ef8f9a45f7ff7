import { checkOptions } from '../argument.ts';
import { textOf } from '../reason.ts';
import { type Duration, durationText } from './duration.ts';
import { checkWindowMs } from './time-max.ts';

/*
 * Windows that overlap, and windows that every key has of its own.
 */

/** Windows of one size, a new one every `advance`, aligned to the Unix epoch. */
export interface HoppingWindowing {
  readonly kind: 'hopping';
  /** As `describe()` shows it; also what a stored plan is compared by. */
  readonly text: string;
  readonly sizeMs: Duration;
  readonly advanceMs: Duration;
}

/** For every event what its key had in (t − length, t]. */
export interface SlidingWindowing {
  readonly kind: 'sliding';
  readonly text: string;
  readonly lengthMs: Duration;
}

/** Activity of a key without a pause of `gap`. */
export interface SessionWindowing {
  readonly kind: 'session';
  readonly text: string;
  readonly gapMs: Duration;
}

/** So many events of a key. */
export interface CountWindowing {
  readonly kind: 'count';
  readonly text: string;
  readonly events: number;
  /** Whether what is not full leaves when the input ends. */
  readonly partial: boolean;
}

/**
 * Windows of `size`, beginning at every multiple of `advance` since the Unix epoch: an event is in
 * ⌊size/advance⌋ or ⌈size/advance⌉ of them. Those at both ends that are only partly filled count too.
 */
export function hopping(size: Duration, advance: Duration): HoppingWindowing {
  checkWindowMs(`hopping(${textOf(size)}, …)`, size);
  checkWindowMs(`hopping(…, ${textOf(advance)})`, advance);
  if (advance > size) throw new RangeError(`hopping(${size}, ${advance}): expected an advance of at most the size, else events are in no window`);
  return Object.freeze({ kind: 'hopping', text: `hopping ${durationText(size)} every ${durationText(advance)}`, sizeMs: size, advanceMs: advance });
}

/** A row for every event, of everything its key has in (t − length, t]; events of equal time see each other. */
export function sliding(length: Duration): SlidingWindowing {
  checkWindowMs(`sliding(${textOf(length)})`, length);
  return Object.freeze({ kind: 'sliding', text: `sliding ${durationText(length)}`, lengthMs: length });
}

/** The events of a key without a pause of `gap`: [first, last + gap). An event at exactly last + gap begins a new session. */
export function session(gap: Duration): SessionWindowing {
  checkWindowMs(`session(${textOf(gap)})`, gap);
  return Object.freeze({ kind: 'session', text: `session ${durationText(gap)}`, gapMs: gap });
}

/** With more events than this in a window, something else is meant. */
const COUNT_EVENTS_MAX = 1_000_000_000;

/**
 * Every `events` events of a key, in the order in which they arrive; behind `reorder`, in that of event
 * time. With `partial`, what is not full leaves when the input ends; else it never leaves.
 */
export function countWindow(events: number, options: { readonly partial?: boolean } = {}): CountWindowing {
  checkOptions('countWindow(events, options)', options, ['partial']);
  const { partial = false } = options;
  if (!Number.isSafeInteger(events) || events <= 0 || events > COUNT_EVENTS_MAX) {
    throw new RangeError(`countWindow(${textOf(events)}): expected a whole number of events from 1 to ${COUNT_EVENTS_MAX}`);
  }
  return Object.freeze({ kind: 'count', text: `count ${events}${partial ? ', partial at the end' : ''}`, events, partial });
}
