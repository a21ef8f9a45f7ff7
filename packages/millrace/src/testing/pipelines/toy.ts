import type { Change, Row } from '../../operator/row.ts';
import type { Made } from '../fixture-scenario.ts';

/** What flows in a random pipeline: one kind of event, so that every operator fits behind every other. */
export interface Toy {
  /** Says all there is to say about the event: two with one id are one event that came twice. */
  readonly id: string;
  readonly key: string;
  readonly time: number;
  readonly n: number;
  /** Made of a result that may still change. */
  readonly provisional: boolean;
}

/** An event of a scenario. */
export function toyOf(source: string, { key, time, n }: Made): Toy {
  return { id: `${source} ${time} ${key} ${n}`, key, time, n, provisional: false };
}

/** A row of a table as an event; `table` tells it from the rows of other tables. */
export function toyOfRow(table: string, { key, window, value, time }: Row<unknown, unknown>): Toy {
  const text = textOf(key);
  return { id: `${table} ${text} ${window?.end ?? ''}`, key: text, time, n: weightOf(value), provisional: false };
}

/** A change of a table as an event. */
export function toyOfChange(table: string, { key, window, before, after, time, revision, finality }: Change<unknown, unknown>): Toy {
  const text = textOf(key);
  const id = `${table} ${text} ${window?.end ?? ''} ${revision} ${finality}`;
  return { id, key: text, time, n: weightOf(after) - weightOf(before), provisional: finality === 'provisional' };
}

const textOf = (key: unknown): string => (typeof key === 'string' ? key : JSON.stringify(key ?? null));

/** Below this, so that sums of many stay safe integers. */
const WEIGHT_MAX = 10_007;

/** A whole number that depends on everything in a value, and on the order of lists. */
export function weightOf(value: unknown): number {
  if (typeof value === 'number') return value % WEIGHT_MAX;
  if (typeof value === 'string') return weightOf([...value].map((letter) => letter.charCodeAt(0)));
  if (typeof value === 'boolean') return Number(value);
  if (value === undefined || value === null) return 0;
  return Object.values(value).reduce((weight: number, part) => (weight * 31 + weightOf(part)) % WEIGHT_MAX, 1);
}
