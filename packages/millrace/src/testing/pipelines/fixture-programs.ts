import fc from 'fast-check';
import { type RawScenario, rawActions } from '../fixture-scenario.ts';
import { OPERATORS } from './operators.ts';
import type { ProgramSpec, StepSpec } from './program.ts';

/** A random program, and what happens to it. */
export interface PipelineRun {
  readonly program: ProgramSpec;
  readonly ends: boolean;
  readonly raws: RawScenario['raws'];
  /** After which actions everything is counted again. */
  readonly recounts: readonly number[];
}

const STEPS_MIN = 2;
export const STEPS_MAX = 6;
/** Few enough that the naive functions, quadratic as they are, take milliseconds. */
const ACTIONS_MAX = 36;

/** What a program can be told besides its steps; all values. */
export const PROGRAM_OPTIONS: {
  readonly sources: readonly number[];
  readonly partitions: readonly number[];
  readonly boundMs: readonly number[];
  readonly watched: readonly ProgramSpec['watched'][];
  readonly ends: readonly boolean[];
} = { sources: [1, 2, 3], partitions: [1, 2, 3], boundMs: [0, 3, 12], watched: ['all', 'leaves'], ends: [true, false] };

const steps: readonly fc.Arbitrary<StepSpec>[] = OPERATORS.map(({ name, takes, options }) =>
  fc.record({
    operator: fc.constant(name),
    // Mostly what came out last, so that programs are long rather than broad.
    from: fc.tuple(...takes.map(() => fc.oneof({ weight: 2, arbitrary: fc.constant(0) }, { weight: 1, arbitrary: fc.nat(5) }))),
    options: fc.record(Object.fromEntries(Object.entries(options).map(([option, values]) => [option, fc.constantFrom(...values)]))),
  }),
);

export const pipelineRuns: fc.Arbitrary<PipelineRun> = fc.record({
  program: fc.record({
    sources: fc.constantFrom(...PROGRAM_OPTIONS.sources),
    partitions: fc.constantFrom(...PROGRAM_OPTIONS.partitions),
    boundMs: fc.constantFrom(...PROGRAM_OPTIONS.boundMs),
    watched: fc.constantFrom(...PROGRAM_OPTIONS.watched),
    steps: fc.array(fc.oneof(...steps), { minLength: STEPS_MIN, maxLength: STEPS_MAX }),
  }),
  ends: fc.constantFrom(...PROGRAM_OPTIONS.ends),
  raws: rawActions(ACTIONS_MAX),
  recounts: fc.array(fc.nat(ACTIONS_MAX), { maxLength: 3 }),
});
