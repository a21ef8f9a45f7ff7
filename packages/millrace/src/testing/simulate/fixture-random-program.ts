import fc from 'fast-check';
import type { Program, Tables } from '../../stream/program.ts';
import type { SourceSpec } from '../../task/source.ts';
import type { Made } from '../fixture-scenario.ts';
import { pipelineRuns } from '../pipelines/fixture-programs.ts';
import { meaningOf } from '../pipelines/naive.ts';
import { type ProgramSpec, build, resolve, sourceNames } from '../pipelines/program.ts';
import type { SimulateOptions } from './simulate.ts';

/** How many events a source of a random program has at most, and how far apart they are, in ms. */
const EVENTS_MAX = 40;
const APART_MS_MAX = 6;
const KEYS = ['a', 'b', 'c'];
const IDS = 12;
/** One of how many runs has bad input, and one of how many of its events. */
const BAD_RUN_ONE_IN = 4;
const BAD_ONE_IN = 10;

export interface RandomProgram {
  readonly spec: ProgramSpec;
  readonly program: Program<Tables>;
  readonly events: SimulateOptions['events'];
}

/** A random program of two to six operators, the same for the same seed, and what may happen in it. */
export function randomProgram(seed: number): RandomProgram {
  const [drawn] = fc.sample(pipelineRuns, { numRuns: 1, seed });
  const { program: spec } = drawn as { readonly program: ProgramSpec };
  const resolved = resolve(spec);
  const { outflows } = meaningOf(resolved, []);
  const program = build(resolved, () => simulatedLater(spec.partitions), (outlet) => outflows[outlet]?.provisional === true);
  return { spec, program, events: (random) => Object.fromEntries(sourceNames(spec).map((name) => [name, eventsOf(random)])) };
}

function eventsOf(random: Parameters<SimulateOptions['events']>[0]): readonly Made[] {
  let time = 0;
  const hasBad = random.oneIn(BAD_RUN_ONE_IN);
  return Array.from({ length: random.below(EVENTS_MAX + 1) }, () => {
    time += random.below(APART_MS_MAX + 1);
    return { id: `id${random.below(IDS)}`, key: random.pick(KEYS), time: hasBad && random.oneIn(BAD_ONE_IN) ? -1 : time, n: random.between(-5, 20) };
  });
}

/** The simulation puts another in its place. */
function simulatedLater(partitions: number): SourceSpec<Made> {
  const never = (): Promise<never> => Promise.reject(new Error('this source is simulated'));
  return { text: 'simulated', partitions, open: never, again: never };
}
