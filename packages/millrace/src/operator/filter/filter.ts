import { isYes } from '../internal/answer.ts';
import type { Output } from '../operator.ts';

/**
 * Passes on the events for which `keep` is true.
 *
 * Stateless: it needs no state and holds no frontier back. A revision may turn into an
 * appearance or a disappearance, because `before` and `after` are judged apart.
 */
export class Filter<T> implements Output<T> {
  readonly keep: (value: T) => boolean;
  readonly next: Output<T>;

  constructor(keep: (value: T) => boolean, next: Output<T>) {
    this.keep = keep;
    this.next = next;
  }

  push(value: T): void {
    const answer: unknown = this.keep(value);
    if (answer === true || (answer !== false && isYes('filter', answer))) this.next.push(value);
  }

  revise(before: T | undefined, after: T | undefined): void {
    const was = before !== undefined && this.keep(before) ? before : undefined;
    const is = after !== undefined && this.keep(after) ? after : undefined;
    if (was !== undefined || is !== undefined) this.next.revise(was, is);
  }
}
