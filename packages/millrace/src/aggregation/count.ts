import type { Aggregation } from './aggregation.ts';

/** How many events. */
export function count(): Aggregation<unknown, undefined, number, number> {
  return counting;
}

class Count implements Aggregation<unknown, undefined, number, number> {
  readonly name = 'count';
  readonly atomic = true;

  take(): undefined {
    return undefined;
  }

  create(): number {
    return 0;
  }

  add(accumulator: number): number {
    return accumulator + 1;
  }

  subtract(accumulator: number): number {
    return accumulator - 1;
  }

  merge(into: number, from: number): number {
    return into + from;
  }

  result(accumulator: number): number {
    return accumulator;
  }
}

const counting = new Count();
