/** Whole numbers from the first to the last, both inside. */
export type SequenceRange = readonly [from: number, to: number];

/**
 * Which of the numbers 0, 1, 2, … have come: all up to `through`, and beyond that some ranges.
 *
 * - The ranges are disjoint, in order, and don't touch each other or `through`.
 * - Its size is that of the gaps, however many numbers there are.
 */
export class SequenceSet {
  /** All numbers up to it have come; −1: none. */
  through = -1;
  #beyond: [from: number, to: number][] = [];

  static of(through: number, beyond: readonly SequenceRange[]): SequenceSet {
    const set = new SequenceSet();
    set.through = through;
    set.#beyond = beyond.map(([from, to]) => [from, to]);
    return set;
  }

  /** What has come beyond the first gap. */
  get beyond(): readonly SequenceRange[] {
    return this.#beyond;
  }

  /** The greatest that has come; −1: none. */
  get greatest(): number {
    return this.#beyond.at(-1)?.[1] ?? this.through;
  }

  has(number: number): boolean {
    if (number <= this.through) return true;
    const at = this.#before(number);
    return at >= 0 && number <= (this.#beyond[at] as SequenceRange)[1];
  }

  /** Adds one that has not come. */
  add(number: number): void {
    if (number === this.through + 1) {
      this.through = number;
      if (this.#beyond[0]?.[0] === number + 1) this.through = (this.#beyond.shift() as SequenceRange)[1];
      return;
    }
    const at = this.#before(number);
    const before = this.#beyond[at];
    const after = this.#beyond[at + 1];
    const touchesBefore = before !== undefined && before[1] === number - 1;
    const touchesAfter = after !== undefined && after[0] === number + 1;
    if (touchesBefore && touchesAfter) {
      before[1] = after[1];
      this.#beyond.splice(at + 1, 1);
    } else if (touchesBefore) before[1] = number;
    else if (touchesAfter) after[0] = number;
    else this.#beyond.splice(at + 1, 0, [number, number]);
  }

  /** Of the numbers up to `claimed`, those that have not come. */
  missing(claimed: number): readonly SequenceRange[] {
    const ranges: SequenceRange[] = [];
    let next = this.through + 1;
    for (const [from, to] of this.#beyond) {
      if (next < from && next <= claimed) ranges.push([next, Math.min(from - 1, claimed)]);
      next = to + 1;
    }
    if (next <= claimed) ranges.push([next, claimed]);
    return ranges;
  }

  /** The index of the last range that begins at or before `number`; −1: none. */
  #before(number: number): number {
    let low = 0;
    let high = this.#beyond.length;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if ((this.#beyond[middle] as SequenceRange)[0] <= number) low = middle + 1;
      else high = middle;
    }
    return low - 1;
  }
}
