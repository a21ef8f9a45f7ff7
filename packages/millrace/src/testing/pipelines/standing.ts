import type { Recorded } from '../reference/recorded.ts';
import type { Stood } from '../reference/results.ts';
import type { Placed } from './place.ts';

/** Events with when and where they were, for aggregations that order them. */
export function standing<T>(stream: Placed<T>): Recorded<Stood<T>> {
  return stream.map((entry) => (entry.kind === 'step' ? entry : { ...entry, value: { value: entry.value, at: { time: entry.time, ...entry.position } } }));
}
