import { type At, type Kept, isBefore, keep } from '../../aggregation/at.ts';
import type { Columns } from '../../aggregation/columns.ts';

/** An event that is kept to be counted again: its value, and when and where it was. Plain data. */
export type Input<T> = Kept<T>;
/** Events by time, then by position. */
export type Inputs<T> = readonly Input<T>[];

/** Whether an event comes behind all of them. */
export function isLastOf(inputs: Inputs<unknown>, at: At): boolean {
  return inputs.length === 0 || !isBefore(at, inputs[inputs.length - 1] as At);
}

/** Puts an event in its place; the list itself. */
export function insertInput<T>(inputs: Input<T>[], value: T, at: At): Input<T>[] {
  let place = inputs.length;
  while (place > 0 && isBefore(at, inputs[place - 1] as At)) place -= 1;
  if (place === inputs.length) inputs.push(keep(value, at));
  else inputs.splice(place, 0, keep(value, at));
  return inputs;
}

/** Makes a row anew from its events, in their order. */
export function recount<T, V>(columns: Columns<T, V>, values: readonly unknown[][], row: number, inputs: Inputs<T>): void {
  const [first, ...others] = inputs as readonly [Input<T>, ...Input<T>[]];
  columns.first(first.value, first);
  columns.keep(values, row);
  for (const input of others) columns.add(values, row, input.value, input);
}
