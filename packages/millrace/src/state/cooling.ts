/** Rows go to the tree in the order of as many stretches of it: those of one commit to pages side by side. */
const STRETCHES = 256;
/** The part of the rows in memory that counts as cold. */
const COLD = 1 / 2;

/** Some of a state's rows in memory that have not changed since the last commit. */
export interface CoolingPart {
  /** Those of the stretches from the first up to, not including, the second. */
  readonly from: number;
  readonly to: number;
  /** Those that were touched up to then. */
  readonly until: number;
}

/** What may leave memory. */
export interface CoolingPool<R> {
  /** How many rows there are in memory. */
  readonly rows: number;
  collect(part: CoolingPart, chosen: Set<R>): void;
  /** Counts the rows by when they were touched. */
  countByTouch(counts: Map<number, number>): void;
}

/**
 * Which rows leave memory: of the half that was not touched for longest those that lie together in the tree.
 *
 * A put into the tree costs a page, not a row, so several rows of a page should go at once. It goes round the tree,
 * stretch by stretch; at the beginning of each round it is decided what is cold.
 */
export class Cooling<R> {
  /** The stretch at which it goes on. */
  #stretch = 0;
  /** Rows that were touched up to then are cold. */
  #until: number = Number.NEGATIVE_INFINITY;

  /** So many rows, or a few more; all that may leave, where there are not so many. Nothing is wrong with asking twice. */
  choose(pool: CoolingPool<R>, count: number): ReadonlySet<R> {
    const chosen = new Set<R>();
    // Once round for what is cold by now, and then, if need be, once for whatever may leave.
    for (let turns = 0; chosen.size < count && turns < 2 * STRETCHES; ) {
      const isLast = turns >= STRETCHES;
      if (this.#stretch === 0) this.#until = coldUntil(pool);
      const missing = count - chosen.size;
      const width = Math.max(1, Math.round((missing * STRETCHES) / Math.max(1, pool.rows * COLD)));
      const to = Math.min(STRETCHES, this.#stretch + width);
      pool.collect({ from: this.#stretch, to, until: isLast ? Number.POSITIVE_INFINITY : this.#until }, chosen);
      turns += to - this.#stretch;
      this.#stretch = to % STRETCHES;
    }
    return chosen;
  }
}

/** Up to when a row was touched that belongs to the colder part. */
function coldUntil<R>(pool: CoolingPool<R>): number {
  const counts = new Map<number, number>();
  pool.countByTouch(counts);
  let left = pool.rows * COLD;
  let until = Number.NEGATIVE_INFINITY;
  for (const [then, count] of [...counts].sort(([a], [b]) => a - b)) {
    until = then;
    left -= count;
    if (left <= 0) break;
  }
  return until;
}
