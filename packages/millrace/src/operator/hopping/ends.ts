import type { HoppingWindowing } from '../../time/own-windowing.ts';

/** The end of the window that ends first of those that hold `time`. */
export function firstEnd({ sizeMs, advanceMs }: HoppingWindowing, time: number): number {
  return (Math.floor((time - sizeMs) / advanceMs) + 1) * advanceMs + sizeMs;
}

/** The end of the window that ends last of those that hold `time`. */
export function lastEnd({ sizeMs, advanceMs }: HoppingWindowing, time: number): number {
  return Math.floor(time / advanceMs) * advanceMs + sizeMs;
}

/** The ends of all windows that hold `time`, ascending. */
export function* endsOf(windowing: HoppingWindowing, time: number): Iterable<number> {
  const last = lastEnd(windowing, time);
  for (let end = firstEnd(windowing, time); end <= last; end += windowing.advanceMs) yield end;
}

/** Windows are made of panes: stretches of this length, each wholly in a window or wholly outside. */
export function paneMs({ sizeMs, advanceMs }: HoppingWindowing): number {
  let [greater, lesser] = [sizeMs, advanceMs];
  while (lesser > 0) [greater, lesser] = [lesser, greater % lesser];
  return greater;
}
