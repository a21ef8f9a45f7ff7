import { checkFunction, checkGiven, checkOptionalFunction, checkOptions, checkRecord, refuse } from '../../argument.ts';
import { errors } from '../../error.ts';
import type { Plan, SourceNode } from '../../plan/node.ts';
import { digest128 } from '../../port/digest.ts';
import { systemRandom } from '../../port/random.ts';
import { encodeRows } from '../../store/rows.ts';
import { Program, type Tables } from '../../stream/program.ts';
import { Chance } from './chance.ts';
import { checked } from './check.ts';
import { FAULTS, type Fault, type FaultCounts } from './faults.ts';
import { shrunk } from './shrink.ts';
import { type Outcome, World, type WorldOptions } from './world.ts';

/** Where the events of a run come from: whole numbers and choices that are the same for the same seed. */
export type SimulationRandom = Pick<Chance, 'next' | 'below' | 'between' | 'oneIn' | 'pick'>;

/** The events of a run: a list where a program has one source, else a list for each. */
export type SimulatedEvents = readonly unknown[] | { readonly [source: string]: readonly unknown[] };

export interface SimulateOptions {
  /** What happens in a run, in any order: the simulation delays, repeats and reorders it, within what each source allows. */
  readonly events: (random: SimulationRandom) => SimulatedEvents;
  /** How many runs. Default: 100. */
  readonly runs?: number;
  /** Of the first run; each run has the next whole number. Default: any. */
  readonly seed?: number;
  /** Which classes of fault there are. Default: all. In each run about half of them are switched on. */
  readonly faults?: readonly Fault[];
  /** Told how far it is, after each run. */
  readonly progress?: (done: number, runs: number) => void;
}

export interface SimulationReport {
  readonly runs: number;
  /** Of the first run. */
  readonly seed: number;
  /** How many processes there were. */
  readonly lives: number;
  /** How often each class of fault happened. */
  readonly faults: FaultCounts;
  /** How many runs were compared with the same input in one life, and with the batch. */
  readonly replayed: number;
  readonly batched: number;
  /** Stands for everything that happened in all runs: the same seed gives the same. */
  readonly hash: string;
  readonly violations: readonly Violation[];
}

/** A run that did not come to what the program means, and the least that still does not. */
export interface Violation {
  readonly seed: number;
  readonly problems: readonly string[];
  readonly shrunk: Shrunk;
}

export interface Shrunk {
  /** By source, in the order of their times. */
  readonly events: { readonly [source: string]: readonly unknown[] };
  readonly faults: readonly Fault[];
  readonly faultsMax: number;
  readonly problems: readonly string[];
  readonly story: readonly string[];
}

const RUNS = 100;
/** The most faults in a run. */
const FAULTS_MAX = 40;
/** A simulation stops behind so many violations. */
const VIOLATIONS_MAX = 5;

/**
 * Runs a program in a simulated world, many times, and compares what it comes to with what it means.
 *
 * It drives the code that runs in production: clock, disk, sources and sinks are simulated, and go wrong. The
 * process is killed at any moment and at any operation of its disk, the disk is full, fails to sync, or is slow,
 * events are late, repeated and reordered, sources and sinks fail, clocks step. Its sources and sinks are not
 * opened. Throws SIMULATION_FAILED with the seed and the shrunk case where a run does not come to
 * - conservation: every record is an event or bad, once;
 * - what the same input comes to in one life without faults: every row of every sink and table; not where a person
 *   has decided, nor under `reconcile`;
 * - what the batch comes to, where nothing was refused.
 */
export async function simulate<T extends Tables>(program: Program<T>, options: SimulateOptions): Promise<SimulationReport> {
  const report = await simulated(program, options);
  const [first] = report.violations;
  if (first !== undefined) {
    const { seed, problems, shrunk: least } = first;
    throw errors.SIMULATION_FAILED({ pipeline: program.plan.name, seed, problem: problems[0] as string, shrunk: least });
  }
  return report;
}

/** The same, and says what is wrong in its report; without `shrinks` a violation is left as it is. */
export async function simulated<T extends Tables>(program: Program<T>, options: SimulateOptions, shrinks = true): Promise<SimulationReport> {
  if (!(program instanceof Program)) refuse('simulate(program)', 'a program, as pipeline() makes it', program);
  const { plan } = program;
  checkGiven('simulate(program, options)', options, ['events', 'runs', 'seed', 'faults', 'progress']);
  const { events, runs = RUNS, seed = Math.floor(systemRandom.next() * 2 ** 31), faults = FAULTS, progress } = options;
  checkFunction('simulate(…, { events })', events);
  checkOptionalFunction('simulate(…, { progress })', progress);
  if (!Array.isArray(faults)) refuse('simulate(…, { faults })', 'a list of classes', faults);
  if (!(Number.isSafeInteger(runs) && runs > 0)) throw new RangeError(`simulate(…, { runs: ${runs} }): expected a whole number from 1 on`);
  if (!(Number.isSafeInteger(seed) && seed >= 0)) throw new RangeError(`simulate(…, { seed: ${seed} }): expected a whole number from 0 on`);
  for (const fault of faults) if (!FAULTS.includes(fault)) throw new RangeError(`simulate(…, { faults }): there is no class '${fault}'; there are ${FAULTS.join(', ')}`);
  const total: Record<string, number> = Object.fromEntries(FAULTS.map((fault) => [fault, 0]));
  const violations: Violation[] = [];
  let [hash, lives, replays, batches, done] = ['', 0, 0, 0, 0];
  for (; done < runs && violations.length < VIOLATIONS_MAX; done += 1) {
    const world = worldOf(plan, events, seed + done, faults);
    const outcome = await new World(world).run();
    const { problems, isReplayed, isBatched } = await checked(plan, outcome);
    lives += outcome.lives;
    for (const [fault, count] of Object.entries(outcome.faults)) total[fault] = (total[fault] ?? 0) + count;
    if (isReplayed) replays += 1;
    if (isBatched) batches += 1;
    hash = hashOf(hash, outcome);
    if (problems.length > 0) violations.push({ seed: seed + done, problems, shrunk: shrinks ? await shrunk(world) : asItIs(world, problems, outcome) });
    progress?.(done + 1, runs);
  }
  return { runs: done, seed, lives, faults: total as FaultCounts, replayed: replays, batched: batches, hash, violations };
}

function asItIs({ events, faults, faultsMax }: WorldOptions, problems: readonly string[], { story }: Outcome): Shrunk {
  return { events: Object.fromEntries(events), faults: [...faults], faultsMax, problems, story };
}

/** What the run of a seed is made of. */
function worldOf(plan: Plan, events: SimulateOptions['events'], seed: number, faults: readonly Fault[]): WorldOptions {
  const chance = new Chance(seed);
  const swarm = chance.branch('swarm');
  // With half of the classes at a time, what one class hides of another comes to light.
  const on = new Set(faults.filter(() => swarm.oneIn(2)));
  return { plan, seed, events: bySource(plan, events(chance.branch('events'))), faults: on, faultsMax: swarm.below(FAULTS_MAX + 1) };
}

function bySource(plan: Plan, events: SimulatedEvents): ReadonlyMap<string, readonly unknown[]> {
  const names = plan.nodes.filter((node): node is SourceNode => node.kind === 'source').map(({ name }) => name);
  if (names.length === 0) refuse('simulate(program)', 'a program with a source', plan.name);
  if (Array.isArray(events)) {
    if (names.length !== 1) throw new RangeError(`simulate(…, { events }): '${plan.name}' has the sources ${names.join(', ')}: expected a list for each, came one list`);
    return new Map([[names[0] as string, events]]);
  }
  const found = events as { readonly [source: string]: readonly unknown[] };
  checkRecord('the events of a simulation', found, 'a list, or a list for each source');
  checkOptions('the events of a simulation', found, names);
  return new Map(
    names.map((name) => {
      const list = found[name];
      if (!Array.isArray(list)) refuse(`the events of source '${name}'`, 'a list', list);
      return [name, list];
    }),
  );
}

/** Of every step, and of every row that left. */
function hashOf(before: string, { story, receivers }: Outcome): string {
  const parts = [Buffer.from(`${before}\n${story.join('\n')}`), ...receivers.map(({ rows }) => encodeRows([...rows]))];
  return Buffer.from(digest128(Buffer.concat(parts)), 'latin1').toString('hex');
}
