import type { Epoch } from './epoch.ts';
import type { Producer } from './producer.ts';
import type { SequenceRange } from './sequence-set.ts';

/** Who is missing what; see `Program.missing`. */
export type Missing = MissingSequences | MissingProducer | MissingEpoch | MissingOffsets;

interface Where {
  readonly source: string;
  readonly partition: number;
}

/** Sequences that a producer says it has sent, and that have not come. */
export interface MissingSequences extends Where {
  readonly what: 'sequences';
  readonly producer: string;
  readonly epoch: number;
  /** In order, each from the first to the last, both inside. */
  readonly ranges: readonly SequenceRange[];
  /** When the first of them was missed: arrival time, ms since the Unix epoch. */
  readonly since: number;
  /** Nobody waits for them any more. */
  readonly lost: boolean;
}

/** Nobody knows what it has sent: nothing was ever heard of it, or nothing lately. */
export interface MissingProducer extends Where {
  readonly what: 'expected' | 'silent';
  readonly producer: string;
}

/** An earlier epoch that nobody has said the last sequence of. */
export interface MissingEpoch extends Where {
  readonly what: 'epoch';
  readonly producer: string;
  readonly epoch: number;
  /** The greatest sequence that it is known to have. */
  readonly known: number;
  readonly lost: boolean;
}

/** Offsets that the source should have had, whoever produced them: the broker's loss. */
export interface MissingOffsets extends Where {
  readonly what: 'offsets';
  readonly ranges: readonly SequenceRange[];
  readonly count: number;
}

/** Without the place, which the source adds. */
export type MissingOfPartition = WithoutPlace<Missing>;
type WithoutPlace<M> = M extends unknown ? Omit<M, 'source' | 'partition'> : never;

/** Claimed less received, of all that the producers of a partition have said; and what cannot be known. */
export function missingOf(producers: Iterable<Producer>): readonly MissingOfPartition[] {
  return [...producers].flatMap((producer): MissingOfPartition[] => {
    const { name, state } = producer;
    if (state === 'expected') return [{ what: 'expected', producer: name }];
    const found = producer.epochs.flatMap(({ number, received, claimed, since, lost }): MissingOfPartition[] => {
      const ranges = received.missing(claimed);
      return ranges.length === 0 ? [] : [{ what: 'sequences', producer: name, epoch: number, ranges, since, lost }];
    });
    for (const number of producer.unended()) {
      const { claimed: known, lost } = producer.epoch(number) as Epoch;
      found.push({ what: 'epoch', producer: name, epoch: number, known, lost });
    }
    if (state === 'silent') found.push({ what: 'silent', producer: name });
    return found;
  });
}
