import fc from 'fast-check';
import type { Output } from '../operator/operator.ts';

/** What a changing input does: a fact, or a change of the one of those that are there. */
export type Revision = { readonly after: number | undefined; readonly of: number | undefined };

/** Facts, and changes of them: from one value to another, appearances and disappearances. */
export const revisions: fc.Arbitrary<readonly Revision[]> = fc.array(
  fc.record({
    of: fc.option(fc.nat(9), { nil: undefined, freq: 2 }),
    after: fc.option(fc.integer({ min: -20, max: 20 }), { nil: undefined, freq: 4 }),
  }),
  { maxLength: 40 },
);

/** Gives them to `output`, and returns what is there in the end. */
export function revise(output: Output<number>, list: readonly Revision[]): readonly number[] {
  const there: number[] = [];
  for (const { of, after } of list) {
    const place = of === undefined || there.length === 0 ? undefined : of % there.length;
    if (place === undefined) {
      if (after === undefined) continue;
      if (of === undefined) output.push(after);
      else output.revise(undefined, after);
      there.push(after);
      continue;
    }
    output.revise(there[place], after);
    if (after === undefined) there.splice(place, 1);
    else there[place] = after;
  }
  return there;
}
