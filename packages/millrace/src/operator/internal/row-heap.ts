/**
 * Rows by the time at which they are due: the earliest is at hand, of one time the lowest row.
 *
 * A binary heap over two arrays of numbers, in which nothing is allocated per row. It is not looked
 * through: what is called off stays until its time, or until the owner says which to keep. Whoever takes
 * a row out asks whether it is still due.
 */
export class RowHeap {
  /** When the first is due; Infinity: there is none. */
  next: number = Number.POSITIVE_INFINITY;
  readonly #times: number[] = [];
  readonly #rows: number[] = [];

  get size(): number {
    return this.#times.length;
  }

  add(time: number, row: number): void {
    const times = this.#times;
    const rows = this.#rows;
    let at = times.length;
    times.push(time);
    rows.push(row);
    while (at > 0) {
      const parent = (at - 1) >> 1;
      const above = times[parent] as number;
      if (above < time || (above === time && (rows[parent] as number) <= row)) break;
      times[at] = above;
      rows[at] = rows[parent] as number;
      at = parent;
    }
    times[at] = time;
    rows[at] = row;
    this.next = times[0] as number;
  }

  /** Takes the first out, and gives its row. Only where there is one. */
  take(): number {
    const times = this.#times;
    const rows = this.#rows;
    const first = rows[0] as number;
    const time = times.pop() as number;
    const row = rows.pop() as number;
    const size = times.length;
    if (size > 0) {
      let at = 0;
      for (;;) {
        let child = 2 * at + 1;
        if (child >= size) break;
        if (child + 1 < size && this.#isBefore(child + 1, child)) child += 1;
        const below = times[child] as number;
        if (below > time || (below === time && (rows[child] as number) >= row)) break;
        times[at] = below;
        rows[at] = rows[child] as number;
        at = child;
      }
      times[at] = time;
      rows[at] = row;
    }
    this.next = size > 0 ? (times[0] as number) : Number.POSITIVE_INFINITY;
    return first;
  }

  /** Leaves those of which `isDue` says so, each once. */
  keep(isDue: (row: number, time: number) => boolean): void {
    const times = this.#times;
    const rows = this.#rows;
    const kept = times.map((_, at) => at).filter((at) => isDue(rows[at] as number, times[at] as number));
    // What is in order is a heap.
    kept.sort((a, b) => (times[a] as number) - (times[b] as number) || (rows[a] as number) - (rows[b] as number));
    const entries = kept.map((at) => ({ time: times[at] as number, row: rows[at] as number }));
    times.length = 0;
    rows.length = 0;
    for (const { time, row } of entries) {
      if (rows.at(-1) === row && times.at(-1) === time) continue;
      times.push(time);
      rows.push(row);
    }
    this.next = times[0] ?? Number.POSITIVE_INFINITY;
  }

  #isBefore(one: number, other: number): boolean {
    const time = this.#times[one] as number;
    const otherTime = this.#times[other] as number;
    return time < otherTime || (time === otherTime && (this.#rows[one] as number) < (this.#rows[other] as number));
  }
}
