import { same } from './same.ts';

/** A result with all adjustments so far; undefined: adjusted away. */
export interface KnownResult {
  readonly key: unknown;
  readonly start: number;
  readonly end: number;
  revision: number;
  value: unknown;
}

/** A result of a recount. */
export interface CountedResult {
  readonly key: unknown;
  readonly start: number;
  readonly end: number;
  readonly value: unknown;
}

/** One result that a recount finds otherwise. */
export interface ResultDifference {
  readonly key: unknown;
  readonly start: number;
  readonly end: number;
  readonly revision: number;
  readonly before: unknown;
  readonly after: unknown;
}

/**
 * What a recount finds otherwise of the windows with one end; `known` follows.
 *
 * A result is the same one where key and interval are. Where several are, those that are alike are one, then
 * those that are there, then those that were there once.
 */
export function differences(counted: readonly CountedResult[], known: KnownResult[], end: number): readonly ResultDifference[] {
  const here = known.filter((one) => one.end === end);
  const of = new Map<CountedResult, KnownResult>();
  const isFree = (one: KnownResult): boolean => ![...of.values()].includes(one);
  const match = (isMatch: (former: KnownResult, one: CountedResult) => boolean): void => {
    for (const one of counted) {
      const former = here.find((other) => isFree(other) && other.start === one.start && same(other.key, one.key) && isMatch(other, one));
      if (former !== undefined && !of.has(one)) of.set(one, former);
    }
  };
  match((former, { value }) => same(former.value, value));
  match(({ value }) => value !== undefined);
  match(() => true);
  const found: ResultDifference[] = [];
  const differs = (former: KnownResult, after: unknown): void => {
    found.push({ key: former.key, start: former.start, end, revision: former.revision, before: former.value, after });
    former.revision += 1;
    former.value = after;
  };
  for (const one of counted) {
    const former = of.get(one);
    if (former === undefined) {
      const { key, start, value } = one;
      found.push({ key, start, end, revision: 0, before: undefined, after: value });
      known.push({ key, start, end, revision: 0, value });
    } else if (!same(former.value, one.value)) differs(former, one.value);
  }
  for (const former of here) if (isFree(former) && former.value !== undefined) differs(former, undefined);
  return found;
}
