import type { Previous } from '../../time/producers/message.ts';

/*
 * What a partition has heard of a producer, as sets and lists, and what follows from it.
 */

export interface Epoch {
  readonly number: number;
  readonly got: Map<number, string>;
  claimed: number;
  last: number | undefined;
  closed: boolean;
  lost: boolean;
  readonly promises: (readonly [after: number, promise: number])[];
  previous: Previous | undefined;
  /** Where the frontier stood when it was first heard of. */
  readonly since: number;
  /** The frontier has gone on without it. */
  passed: boolean;
}

export interface Producer {
  readonly epochs: Epoch[];
  lost: boolean;
  lostAt: number;
  lostOn: string;
  silent: boolean;
  assumed: boolean;
}

const all = (n: number): readonly number[] => Array.from({ length: n + 1 }, (_, i) => i);

const counted = (epoch: Epoch): number =>
  Math.max(-1, ...epoch.promises.filter(([after]) => all(after).every((n) => epoch.got.has(n))).map(([, promise]) => promise));
export const isEnded = ({ last, got }: Epoch): boolean => last !== undefined && all(last).every((n) => got.has(n));
export const gaps = ({ claimed, got }: Epoch): readonly number[] => all(claimed).filter((n) => !got.has(n));
export const latest = ({ epochs }: Producer): Epoch | undefined => epochs.toSorted((a, b) => a.number - b.number).at(-1);

/** Something that was claimed has not come, or nobody has said what an earlier epoch claims, and somebody waits for it. */
export const isGapped = (one: Producer): boolean => one.epochs.some((epoch) => !epoch.lost && (gaps(epoch).length > 0 || (epoch !== latest(one) && !isEnded(epoch))));

/** What it lets through; Infinity: anything. */
export const promised = ({ epochs, lost }: Producer): number => {
  if (epochs.length === 0) return lost ? Infinity : -1;
  const awaited = epochs.filter((epoch) => !epoch.lost && !isEnded(epoch));
  return Math.min(Infinity, ...awaited.map((epoch) => Math.max(...epochs.filter(({ number }) => number <= epoch.number).map(counted))));
};

export const stateOf = (one: Producer): string => {
  const last = latest(one);
  if (one.lost) return 'lost';
  if (last === undefined) return 'expected';
  if (one.silent) return 'silent';
  if (isGapped(one)) return 'gapped';
  return last.closed && isEnded(last) ? 'closed' : 'live';
};

export const newProducer = (): Producer => ({ epochs: [], lost: false, lostAt: Number.NaN, lostOn: '', silent: false, assumed: false });
