/**
 * What a query says, in two numbers that every engine, peer and loop can compare.
 *
 * The checksum is a sum over the rows mod 2^53. Below `eventsMax` events no sum of the workload
 * gets there, so plain addition of safe integers is exact and the remainder never needed.
 */
export type Answer = {
  readonly rows: number;
  readonly checksum: number;
};

/** The most events of a run: all bids at the highest price still add up to less than 2^53. */
export const eventsMax = 500_000_000;
