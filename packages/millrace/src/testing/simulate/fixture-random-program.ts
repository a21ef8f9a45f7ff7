import fc from 'fast-check';
import type { Program, Tables } from '../../stream/program.ts';
import type { SourceSpec } from '../../task/source.ts';
import type { Made } from '../fixture-scenario.ts';
import { pipelineRuns } from '../pipelines/fixture-programs.ts';
import { meaningOf } from '../pipelines/naive.ts';
import { type ProgramSpec, build, resolve, sourceNames } from '../pipelines/program.ts';
import { eventsOf } from './fixture-random-events.ts';
import type { SimulateOptions } from './simulate.ts';
import { tableProgram } from './fixture-table-program.ts';

export interface RandomProgram {
  /** What it is made of, to be shown. */
  readonly spec: object;
  readonly program: Program<Tables>;
  readonly events: SimulateOptions['events'];
}

/** A random program, the same for the same seed, and what may happen in it: of two to six operators, or of tables. */
export function randomProgram(seed: number): RandomProgram {
  return seed % 2 === 0 ? operatorsProgram(seed) : tableProgram(seed);
}

function operatorsProgram(seed: number): RandomProgram {
  const [drawn] = fc.sample(pipelineRuns, { numRuns: 1, seed });
  const { program: spec } = drawn as { readonly program: ProgramSpec };
  const resolved = resolve(spec);
  const { outflows } = meaningOf(resolved, []);
  const program = build(resolved, () => simulatedLater(spec.partitions), (outlet) => outflows[outlet]?.provisional === true);
  return { spec, program, events: (random) => Object.fromEntries(sourceNames(spec).map((name) => [name, eventsOf(random)])) };
}

/** The simulation puts another in its place. */
function simulatedLater(partitions: number): SourceSpec<Made> {
  return { text: 'simulated', partitions, open: never, again: never };
}

function never(): Promise<never> {
  return Promise.reject(new Error('this source is simulated'));
}
