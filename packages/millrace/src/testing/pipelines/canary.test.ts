import { isDeepStrictEqual } from 'node:util';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { fedByHand } from '../fixture-source.ts';
import { inEveryWay } from '../fixture-scenario.ts';
import { checked } from './check.ts';
import { coveringSample } from './covering.ts';
import { pipelineRuns, scenarioFor } from './fixture-programs.ts';
import { meaningOf } from './naive.ts';
import { type ProgramSpec, type StepSpec, build, resolve } from './program.ts';

/*
 * The property of random pipelines is only worth what it notices: each program here is another one than the
 * one that is reckoned with, and has to be found out.
 */

const otherwise = (change: (step: StepSpec) => Partial<StepSpec['options']>) => (program: ProgramSpec): ProgramSpec => ({
  ...program,
  steps: program.steps.map((step) => ({ ...step, options: { ...step.options, ...(change(step) as StepSpec['options']) } })),
});

const when = (is: boolean, options: StepSpec['options']): StepSpec['options'] => (is ? options : {});

const canaries: Readonly<Record<string, (program: ProgramSpec) => ProgramSpec>> = {
  'a bound that is one off': (program) => ({ ...program, boundMs: program.boundMs + 1 }),
  'late events dropped instead of revising': otherwise(({ options }) => when(options['late'] === 'revise 7', { late: 'drop' })),
  'a longer retention': otherwise(({ options }) => when(options['late'] === 'revise 7', { late: 'revise long' })),
  'no early rows': otherwise(({ options }) => when(options['early'] !== undefined, { early: 'not' })),
  'another id': otherwise(({ operator }) => when(operator === 'dedupe', { id: 'part' })),
  'a shorter memory of ids': otherwise(({ options }) => when(options['for'] === 30, { for: 4 })),
  'sliding windows for sessions': otherwise(({ options }) => when(options['windowing'] === 'session 4', { windowing: 'sliding 8' })),
  'counts that leave before they are full': otherwise(({ options }) => when(options['windowing'] === 'count 3', { windowing: 'count 4 partial' })),
  'no empty windows after a while': otherwise(({ options }) => when(options['fill'] === 30, { fill: 5 })),
  'another join of tables': otherwise(({ operator }) => when(operator === 'table join', { kind: 'outer' })),
  'groups that are made again': otherwise(({ operator }) => when(operator === 'group', { how: 'made again' })),
  'shorter waits': otherwise(({ options }) => when(options['timeout'] === 30, { timeout: 4 })),
  'other windows': otherwise(({ options }) => when(options['windowing'] === 'tens', { windowing: 'sevens from 3' })),
};

const PROGRAMS = 200;
/** Those in which events can be late. */
const assumed = coveringSample(PROGRAMS).filter(({ program }) => program.producers === 0);

/** Whether it is found out that what is run is another program. */
function isFound(change: (program: ProgramSpec) => ProgramSpec, numRuns: number): boolean {
  const concerned = assumed.filter(({ program }) => change === itself || !isDeepStrictEqual(change(program), program));
  const property = fc.property(fc.constantFrom(...concerned), pipelineRuns, ({ program, ends }, { raws }) => {
    const [resolved, changed] = [resolve(program), resolve(change(program))];
    const scenario = scenarioFor({ program, ends, raws });
    const meaning = meaningOf(resolved, scenario.actions);
    const source = { ...fedByHand<never>(program.partitions), again: () => Promise.reject(new Error('not read again here')) };
    const other = build(changed, () => source, (outlet) => meaning.outflows[outlet]?.provisional === true);
    inEveryWay(other, scenario, checked(resolved, scenario, meaning));
  });
  return fc.check(property, { numRuns, seed: 1, endOnFailure: true }).failed;
}

const itself = (program: ProgramSpec): ProgramSpec => program;

test.each(Object.entries(canaries))('%s is noticed', (_, change) => {
  expect(isFound(change, 1000)).toBe(true);
});

test('the program itself is not', () => {
  expect(isFound(itself, 50)).toBe(false);
});
