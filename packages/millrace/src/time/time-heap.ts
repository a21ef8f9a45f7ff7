/**
 * Times, of which the least is at hand: a binary heap. One that is added twice is there twice.
 *
 * Adding times nearly in order, as they come, costs next to nothing.
 */
export class TimeHeap {
  /** Infinity where there is none. */
  least: number = Number.POSITIVE_INFINITY;
  readonly #times: number[] = [];

  get size(): number {
    return this.#times.length;
  }

  add(time: number): void {
    const times = this.#times;
    let at = times.push(time) - 1;
    while (at > 0) {
      const parent = (at - 1) >> 1;
      const above = times[parent] as number;
      if (above <= time) break;
      times[at] = above;
      at = parent;
    }
    times[at] = time;
    this.least = times[0] as number;
  }

  /** Of an empty heap it removes nothing. */
  removeLeast(): void {
    const times = this.#times;
    const last = times.pop();
    if (last !== undefined && times.length > 0) {
      let at = 0;
      for (;;) {
        let child = 2 * at + 1;
        if (child >= times.length) break;
        if (child + 1 < times.length && (times[child + 1] as number) < (times[child] as number)) child += 1;
        if ((times[child] as number) >= last) break;
        times[at] = times[child] as number;
        at = child;
      }
      times[at] = last;
    }
    this.least = times[0] ?? Number.POSITIVE_INFINITY;
  }
}
