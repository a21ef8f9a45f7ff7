import { type Path, type Placed, type PlacedStep, compare, frontierOf } from './place.ts';

/*
 * One stream after another: what waits for the end of the first is let go when the frontier of both is told
 * of that. It is told when one of the two has moved, whichever tells first.
 */

/** The same streams, with the end of the first where the frontier behind both is told of it. */
export function oneAfterAnother<T>([first, second]: readonly [Placed<T>, Placed<T>], operator: number): readonly [Placed<T>, Placed<T>] {
  const tells = (step: PlacedStep): Path => [...frontierOf(step), 1 + operator, 0, Infinity];
  const made = first.filter((entry) => entry.kind === 'fact' || entry.passing !== true);
  const end = made.find((entry): entry is PlacedStep => entry.kind === 'step' && entry.to === Infinity);
  if (end === undefined) return [made, second];
  const steps = second.filter((entry): entry is PlacedStep => entry.kind === 'step' && entry.passing !== true);
  const path = [end, ...steps].map(tells).filter((one) => compare(one, end.path) > 0).toSorted(compare)[0] as Path;
  const told = made.map((entry) => (entry === end ? { ...end, path } : entry));
  // How the second stands on its way is known of what waits. Behind the end it is what follows it that counts.
  return [told, second.filter((entry) => entry.kind === 'fact' || entry.passing !== true || compare(entry.path, path) < 0)];
}
