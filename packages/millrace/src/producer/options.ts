import type { Backend } from '../port/backend.ts';
import type { Clock } from '../port/clock.ts';
import type { Random } from '../port/random.ts';
import type { Duration } from '../time/duration.ts';

export interface ProducerOptions<T> {
  /** A folder of this producer's own, or a backend: what was sent and not acknowledged survives in it. */
  readonly journal: string | Backend;
  /** When a value happened, in ms since the Unix epoch. */
  readonly time: (value: T) => number;
  /** To which of the transport's partitions a value goes. Default: 0; required where there are several. */
  readonly partitionOf?: (value: T) => number;
  /**
   * A time in ms since the Unix epoch below which nothing will be sent from now on; asked at each heartbeat.
   * It is held to: `send` refuses what is older than what was promised. Default: 10 s behind the clock.
   */
  readonly promise?: () => number;
  /** How often a producer that has nothing to say says so. Default 1 s. */
  readonly heartbeatEvery?: Duration;
  readonly limits?: Partial<ProducerLimits>;
  readonly clock?: Clock;
  readonly random?: Random;
}

export interface ProducerLimits {
  /** How much may be journalled and not delivered, in bytes of JSON; what is sent beyond that waits. */
  readonly journalBytesMax: number;
  /** How much may wait for a place in the journal; what is sent beyond that is OUTBOX_FULL. */
  readonly waitingBytesMax: number;
  /** The most messages in one delivery. */
  readonly batchMessagesMax: number;
  /** The most bytes in one delivery, unless a single message is larger. */
  readonly batchBytesMax: number;
}

const limitsUsual: ProducerLimits = {
  journalBytesMax: 16 * 1024 * 1024,
  waitingBytesMax: 64 * 1024 * 1024,
  batchMessagesMax: 2_000,
  batchBytesMax: 1024 * 1024,
};

/** The limits of a producer; a RangeError where one would let nothing through. */
export function limitsOf(given: Partial<ProducerLimits> | undefined): ProducerLimits {
  const limits = { ...limitsUsual, ...given };
  for (const [name, value] of Object.entries(limits)) {
    if (!(value >= 1)) throw new RangeError(`limits.${name}: ${String(value)}: expected a number of at least 1`);
  }
  return limits;
}
