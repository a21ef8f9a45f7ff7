import { TimeHeap } from '../../time/time-heap.ts';

/** The least of the times that are waited for: a heap of the distinct ones, each with how often it is. */
export class Oldest {
  readonly #counts = new Map<number, number>();
  readonly #times = new TimeHeap();

  /** END where there is none. */
  get value(): number {
    const times = this.#times;
    while (times.size > 0 && !this.#counts.has(times.least)) times.removeLeast();
    return times.least;
  }

  add(time: number): void {
    const count = this.#counts.get(time) ?? 0;
    this.#counts.set(time, count + 1);
    if (count === 0) this.#times.add(time);
  }

  remove(time: number): void {
    const count = this.#counts.get(time) ?? 0;
    if (count > 1) this.#counts.set(time, count - 1);
    else this.#counts.delete(time);
  }
}
