import type { KeyPart } from '../../state/key.ts';
import type { Interval } from '../../time/calendar.ts';
import type { HoppingWindowing } from '../../time/own-windowing.ts';
import type { LatePolicy } from '../late-policy.ts';
import type { WindowOptions } from '../window-options.ts';
import type { Output, Place } from '../operator.ts';
import type { Row } from '../row.ts';
import { Window } from '../window/window.ts';
import { endsOf, firstEnd, lastEnd } from './ends.ts';

/**
 * Aggregates the events of a key in windows that overlap, window by window.
 *
 * Each window is an aligned one, with the same rules: late is judged for each apart. An event is counted in
 * those of its windows that are open, or may be revised; it is late where there is none. Under `halt` a person
 * decides on it where one is closed.
 */
export class Hopping<T, K, V> extends Window<T, K, V> {
  readonly #hops: HoppingWindowing;

  constructor(options: WindowOptions<T, K, V, HoppingWindowing, LatePolicy>, place: Place, next: Output<Row<K, V>>, late: Output<T>) {
    const { windowing } = options;
    const { text, sizeMs } = windowing;
    // Of the windows that hold a time it names the one that ends first: that of a row's own time is the row's.
    const at = (time: number): { start: number; end: number } => {
      const end = firstEnd(windowing, time);
      return { start: end - sizeMs, end };
    };
    super({ ...options, windowing: { kind: 'aligned', text, at } }, place, next, late);
    this.#hops = windowing;
  }

  override push(value: T): void {
    const { moment, frontier } = this.place;
    const { parts } = this;
    const { time } = moment;
    const { halting } = this;
    if (halting !== undefined && halting.parks(value)) return;
    if (lastEnd(this.#hops, time) <= frontier.value && !this.#isRevisable(time)) {
      if (halting === undefined) this.refuse(value);
      else halting.hold(value);
      return;
    }
    const { selectors } = this.key;
    for (let i = 0; i < parts.length; i += 1) parts[i] = (selectors[i] as (value: T) => KeyPart)(value);
    for (const end of endsOf(this.#hops, time)) {
      const isLate = end <= frontier.value;
      const space = this.state.spaces.get(end);
      if (isLate && !this.finality.isRevisable(this.#interval(end), space === undefined)) continue;
      this.addTo(space ?? this.opened(end), value, isLate);
    }
    // In windows that are open it counts; for those that are closed it waits.
    if (halting !== undefined && firstEnd(this.#hops, time) <= frontier.value) halting.hold(value);
  }

  override endsAt(time: number): Iterable<number> {
    return endsOf(this.#hops, time);
  }

  protected override nextEnd(end: number): number {
    return end + this.#hops.advanceMs;
  }

  /** Whether one of the windows of a time, all of which are closed, may change. */
  #isRevisable(time: number): boolean {
    for (const end of endsOf(this.#hops, time)) if (this.finality.isRevisable(this.#interval(end), !this.state.spaces.has(end))) return true;
    return false;
  }

  #interval(end: number): Interval {
    return { start: end - this.#hops.sizeMs, end };
  }
}
