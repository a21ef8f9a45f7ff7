import { expect, test } from 'vitest';
import { PROGRAM_OPTIONS, coveringSample, optionTable, pairsIn, possiblePairs } from './covering.ts';
import { OPERATORS } from './operators.ts';
import { resolve } from './program.ts';

/** As many as `npm test` makes of each property. */
const RUNS_IN_TEST = 200;

const sample = coveringSample(RUNS_IN_TEST);

test('the sample of random pipelines makes every pair of choices that can be made together', () => {
  const made = new Set(sample.flatMap((one) => [...pairsIn(one)]));
  const possible = new Set(possiblePairs().keys());
  expect([...possible].filter((pair) => !made.has(pair))).toEqual([]);
  expect([...made].filter((pair) => !possible.has(pair) && !isOfOneOperatorTwice(pair))).toEqual([]);
  expect(sample).toHaveLength(RUNS_IN_TEST);
});

/** Two steps of one operator make pairs that one step cannot. */
function isOfOneOperatorTwice(pair: string): boolean {
  const [one, other] = pair.split(' & ').map((choice) => choice.split('.')[0]);
  return one === other;
}

test('the sample is the same whenever it is made, and of pipelines of two to six operators', () => {
  expect(coveringSample(RUNS_IN_TEST)).toEqual(sample);
  for (const { program } of sample) {
    const { steps } = resolve(program);
    expect(steps.length).toBeGreaterThanOrEqual(2);
    expect(steps.length).toBeLessThanOrEqual(6);
  }
});

test('every operator and every option is in the table', () => {
  expect(Object.keys(optionTable())).toEqual(['program', ...OPERATORS.map(({ name }) => name)]);
  expect(Object.keys(PROGRAM_OPTIONS)).toEqual(['sources', 'partitions', 'boundMs', 'producers', 'watched', 'ends']);
});
