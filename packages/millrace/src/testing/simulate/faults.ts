/** What can go wrong in a simulated world, by class. */
export const FAULTS = [
  /** The process is killed between two of its turns. */
  'kill',
  /** It is killed at an operation of its disk, of which the transaction is then lost. */
  'kill at a write',
  /** It is killed when its transaction is durable, and it does not know. */
  'kill after a commit',
  /** It is killed while it recovers. */
  'kill in recovery',
  /** It is stopped, and started again. */
  'restart',
  /** The disk is full, for some time. */
  'disk full',
  /** The disk failed to make a transaction durable: it is not. */
  'sync failed',
  /** The disk failed to say so: it is. */
  'sync unknown',
  /** A transaction takes seconds. */
  'slow disk',
  /** A source has nothing to give for some time. */
  'slow source',
  /** A source fails. */
  'source failed',
  /** An event comes more than once. */
  'duplicate',
  /** Events come in another order than they happened, within the bound of their source. */
  'reordered',
  /** An event comes later than the bound of its source. */
  'late',
  /** The wall clock is set, by up to an hour, forward or back. */
  'clock step',
  /** The process is not there for seconds, and then goes on. */
  'frozen',
  /** A sink takes long. */
  'slow sink',
  /** A sink fails before it has taken anything of what it was given, or after it has taken some, or all. */
  'sink failed',
] as const;

export type Fault = (typeof FAULTS)[number];

/** How often each class of fault has happened. */
export type FaultCounts = { readonly [F in Fault]: number };

export class FaultTally {
  readonly #counts = new Map<Fault, number>();

  add(fault: Fault): void {
    this.#counts.set(fault, (this.#counts.get(fault) ?? 0) + 1);
  }

  counts(): FaultCounts {
    return Object.fromEntries(FAULTS.map((fault) => [fault, this.#counts.get(fault) ?? 0])) as FaultCounts;
  }
}
