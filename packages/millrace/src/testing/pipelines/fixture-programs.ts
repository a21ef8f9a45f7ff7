import fc from 'fast-check';
import { type RawScenario, type Scenario, rawActions, scenarioOf } from '../fixture-scenario.ts';
import { PROGRAM_OPTIONS, STEPS_MAX, STEPS_MIN, coveringSample } from './covering.ts';
import type { PipelineOperator } from './operator.ts';
import { OPERATORS } from './operators.ts';
import { numberedScenario } from './numbered.ts';
import { type ProgramSpec, type StepSpec, operatorOf, sourceNames } from './program.ts';

/** A random program, and what happens to it. */
export interface PipelineRun {
  readonly program: ProgramSpec;
  readonly ends: boolean;
  readonly raws: RawScenario['raws'];
  /** After which actions everything is counted again. */
  readonly recounts: readonly number[];
}

/** Few enough that the naive functions, quadratic as they are, take milliseconds. */
const ACTIONS_MAX = 24;
const STEPS_BEHIND_MAX = 3;

const stepOf = ({ name, takes, options }: PipelineOperator): fc.Arbitrary<StepSpec> =>
  fc.record({
    operator: fc.constant(name),
    // Mostly what came out last, so that programs are long rather than broad.
    from: fc.tuple(...takes.map(() => fc.oneof({ weight: 2, arbitrary: fc.constant(0) }, { weight: 1, arbitrary: fc.nat(5) }))),
    options: fc.record(Object.fromEntries(Object.entries(options).map(([option, values]) => [option, fc.constantFrom(...values)]))),
  });

const steps = OPERATORS.map(stepOf);

export const pipelineRuns: fc.Arbitrary<PipelineRun> = fc.record({
  program: fc.record({
    sources: fc.constantFrom(...PROGRAM_OPTIONS.sources),
    partitions: fc.constantFrom(...PROGRAM_OPTIONS.partitions),
    boundMs: fc.constantFrom(...PROGRAM_OPTIONS.boundMs),
    producers: fc.constantFrom(...PROGRAM_OPTIONS.producers),
    watched: fc.constantFrom(...PROGRAM_OPTIONS.watched),
    steps: fc.array(fc.oneof(...steps), { minLength: STEPS_MIN, maxLength: STEPS_MAX }),
  }),
  ends: fc.constantFrom(...PROGRAM_OPTIONS.ends),
  raws: rawActions(ACTIONS_MAX),
  recounts: fc.array(fc.nat(ACTIONS_MAX), { maxLength: 3 }),
});

/** What happens to a program. */
export function scenarioFor({ program, ends, raws }: Pick<PipelineRun, 'program' | 'ends' | 'raws'>): Scenario {
  const { partitions, boundMs, producers } = program;
  const drawn = scenarioOf(sourceNames(program), { raws, partitions, boundMs, ends });
  return producers === 0 ? drawn : numberedScenario(drawn, producers);
}

/** What is made of the facts of a table that revises: chance seldom puts so much in a row. */
export const runsBehindRevising: fc.Arbitrary<PipelineRun> = fc
  .tuple(pipelineRuns, stepOf(operatorOf('window')), fc.constantFrom('revise 7', 'revise long'), fc.constantFrom('final', 'changes'))
  .map(([run, window, late, facts]) => {
    const revising: StepSpec = { ...window, from: [0], options: { ...window.options, late, windowing: 'tens' } };
    const behind: StepSpec = { operator: facts, from: [0], options: {} };
    return { ...run, program: { ...run.program, steps: [revising, behind, ...run.program.steps.slice(0, STEPS_BEHIND_MAX)] } };
  });

/** Runs of pipelines that together make every pair of choices; what happens to each is drawn by its number. */
export function coveringRuns(count: number): readonly PipelineRun[] {
  return coveringSample(count).map(({ program, ends }, i) => {
    const [drawn] = fc.sample(pipelineRuns, { numRuns: 1, seed: i });
    return { ...(drawn as PipelineRun), program, ends };
  });
}
