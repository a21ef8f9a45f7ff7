import type { Recorded } from './recorded.ts';

/** filter */
export function filtered<T>(stream: Recorded<T>, keep: (value: T) => boolean): Recorded<T> {
  return stream.filter((entry) => entry.kind === 'step' || keep(entry.value));
}

/** map */
export function mapped<T, U>(stream: Recorded<T>, change: (value: T) => U): Recorded<U> {
  return stream.map((entry) => (entry.kind === 'step' ? entry : { ...entry, value: change(entry.value) }));
}

/** flatMap */
export function spread<T, U>(stream: Recorded<T>, all: (value: T) => readonly U[]): Recorded<U> {
  return stream.flatMap((entry): Recorded<U> => (entry.kind === 'step' ? [entry] : all(entry.value).map((value) => ({ ...entry, value }))));
}

/** One branch of a split: what it takes and no branch before it takes. The rest is the branch that takes everything. */
export function branch<T>(stream: Recorded<T>, takes: (value: T) => boolean, before: readonly ((value: T) => boolean)[]): Recorded<T> {
  return filtered(stream, (value) => takes(value) && !before.some((earlier) => earlier(value)));
}
