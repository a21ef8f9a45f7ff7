import type { RowChange } from '../reference/aggregated.ts';
import type { Fact, Recorded } from '../reference/recorded.ts';
import { same } from '../reference/same.ts';
import type { Placed, PlacedFact } from './place.ts';

/**
 * Of the changes of a table, made of `input` one by one: for each key the net of each step, when the step is
 * through. What was before it and what is after it is all that leaves, with one revision.
 */
export function gathered<K, V>(changes: Recorded<RowChange<K, V>>, input: Placed<unknown>): Recorded<RowChange<K, V>> {
  const steps = new Map(input.map(({ at, step }) => [at, step]));
  const stepAt = (at: number): string => steps.get(at) as string;
  const facts = changes.filter((entry) => entry.kind === 'fact');
  const revisions: { readonly key: K; count: number }[] = [];
  const nets = [...new Set(facts.map(({ at }) => stepAt(at)))].flatMap((step) => {
    const together = facts.filter(({ at }) => stepAt(at) === step);
    const last = together.at(-1) as Fact<RowChange<K, V>>;
    // What came first in a step is the cause of what leaves of it.
    const origin = input.find(({ at }) => at === together[0]?.at) as PlacedFact<unknown>;
    const keys = together.map(({ value }) => value.after.key).filter((key, i, all) => all.findIndex((other) => same(other, key)) === i);
    return keys.map((key) => {
      const own = together.filter(({ value }) => same(value.after.key, key));
      const [first, newest] = [own[0] as Fact<RowChange<K, V>>, own.at(-1) as Fact<RowChange<K, V>>];
      const former = revisions.find((one) => same(one.key, key));
      if (former === undefined) revisions.push({ key, count: 0 });
      const revision = former === undefined ? 0 : (former.count += 1);
      const before = first.value.before === undefined ? undefined : { ...first.value.before, revision: revision - 1 };
      return { ...newest, cause: origin.cause, position: origin.position, at: last.at, settled: true, value: { before, after: { ...newest.value.after, revision } } };
    });
  });
  return [...changes.filter(({ kind }) => kind === 'step'), ...nets];
}
