/** A value that was given to `send` and has no number yet. */
export interface Waiting {
  readonly partition: number;
  readonly time: number;
  /** Its JSON. */
  readonly value: string;
  /** How long its message will be, at most. */
  readonly bytes: number;
  readonly resolve: () => void;
  readonly reject: (error: unknown) => void;
}

/** Values that wait for a place in the journal, first come, first served. */
export class Line {
  #waiting: Waiting[] = [];
  bytes = 0;

  get length(): number {
    return this.#waiting.length;
  }

  /** The least time of those waiting; Infinity for none. A promise must not go beyond it. */
  get earliest(): number {
    let earliest = Number.POSITIVE_INFINITY;
    for (const { time } of this.#waiting) if (time < earliest) earliest = time;
    return earliest;
  }

  join(waiting: Waiting): void {
    this.#waiting.push(waiting);
    this.bytes += waiting.bytes;
  }

  /** Takes the first ones, as many as fit into so many bytes, and at least `countMin` where there are so many. */
  take(bytesMax: number, countMin = 0): Waiting[] {
    let bytes = 0;
    let count = 0;
    for (const waiting of this.#waiting) {
      if (count >= countMin && bytes + waiting.bytes > bytesMax) break;
      bytes += waiting.bytes;
      count += 1;
    }
    this.bytes -= bytes;
    return this.#waiting.splice(0, count);
  }
}
