import { pipeline } from '../../stream/pipeline.ts';
import type { Program, Tables } from '../../stream/program.ts';
import { Table } from '../../stream/table.ts';
import type { SourceSpec } from '../../task/source.ts';
import { type Completeness, type OutOfOrder, outOfOrder, sequences } from '../../time/completeness.ts';
import { seconds } from '../../time/duration.ts';
import type { Made } from '../fixture-scenario.ts';
import { readByHand } from '../fixture-source.ts';
import type { BuiltStream, BuiltTable, Options, PipelineOperator, Shape } from './operator.ts';
import { ROSTER } from './numbered.ts';
import { OPERATORS } from './operators.ts';
import { toyOf } from './toy.ts';

/** A random program as plain data: what is printed when it fails, and gets smaller while it still does. */
export interface ProgramSpec {
  readonly sources: number;
  readonly partitions: number;
  readonly boundMs: number;
  /** How many of a source number what they send; 0: nobody, and disorder is assumed to be bounded. */
  readonly producers: number;
  /** Whether every output has a sink, or only those that nothing else reads. */
  readonly watched: 'all' | 'leaves';
  readonly steps: readonly StepSpec[];
}

export interface StepSpec {
  readonly operator: string;
  /** Which of the outputs that fit, counted from the newest; for each input. */
  readonly from: readonly number[];
  readonly options: Options;
}

/** An output of a step, or a source. */
export interface Outlet {
  readonly kind: 'stream' | 'table';
  /** −1 for sources. */
  readonly step: number;
  readonly port: string;
  /** For a sink, a state and a table that can be asked. */
  readonly name: string;
  /** Of a table. */
  readonly shape?: Shape | undefined;
}

export interface ResolvedStep {
  readonly operator: PipelineOperator;
  readonly name: string;
  readonly options: Options;
  /** Indexes of outlets. */
  readonly inputs: readonly number[];
  readonly outputs: readonly number[];
}

/** A program whose steps know their inputs. Steps for which there is no input, or too many facts, are left out. */
export interface Resolved {
  readonly spec: ProgramSpec;
  readonly outlets: readonly Outlet[];
  readonly steps: readonly ResolvedStep[];
  /** Which outlets have a sink. */
  readonly watched: readonly number[];
}

/**
 * What pairs everything with everything makes as many facts as the product of what its inputs have. So many
 * times as many as a source has may be multiplied: two joins of joins, but no join of those. What has all that an
 * event overlaps with said again does that twice.
 */
const FACTORS_MAX = 4;

export function sourceNames({ sources }: ProgramSpec): readonly string[] {
  return Array.from({ length: sources }, (_, i) => `source${i}`);
}

export function operatorOf(name: string): PipelineOperator {
  const operator = OPERATORS.find((one) => one.name === name);
  if (operator === undefined) throw new RangeError(`there is no operator '${name}' in random pipelines`);
  return operator;
}

export function resolve(spec: ProgramSpec): Resolved {
  const outlets: Outlet[] = sourceNames(spec).map((name) => ({ kind: 'stream', step: -1, port: 'out', name }));
  /** By outlet: how many times what a source has is multiplied in it, at most. */
  const factors: number[] = outlets.map(() => 1);
  const steps: ResolvedStep[] = [];
  for (const { operator: name, from, options } of spec.steps) {
    const operator = operatorOf(name);
    const inputs: (number | undefined)[] = [];
    for (const [i, kind] of operator.takes.entries()) {
      const fits = (outlet: number): boolean => operator.fits?.([...inputs, outlet].flatMap((input) => outlets[input as number]?.shape ?? [])) !== false;
      const fitting = [...outlets.keys()].filter((outlet) => outlets[outlet]?.kind === kind && fits(outlet));
      inputs.push(fitting.at(-1 - ((from[i] ?? 0) % Math.max(1, fitting.length))));
    }
    if (inputs.includes(undefined) || operator.excludes?.(options) === true) continue;
    const ofInputs = inputs.map((input) => factors[input as number] as number);
    const made = operator.pairs === true ? ofInputs.reduce((all, one) => all + one, 0) : Math.max(...ofInputs);
    if (made * (operator.repeats?.(options) === true ? 2 : 1) > FACTORS_MAX) continue;
    const step = steps.length;
    const stepName = `${step} ${name}`;
    const ports = Object.entries(operator.ports(options));
    steps.push({ operator, name: stepName, options, inputs: inputs as number[], outputs: ports.map((_, i) => outlets.length + i) });
    factors.push(...ports.map(() => made));
    const shapes = inputs.map((input) => outlets[input as number]?.shape);
    const shape = operator.shape === undefined ? shapes[0] : operator.shape(options, shapes);
    outlets.push(...ports.map(([port, kind]): Outlet => ({ kind, step, port, name: `${stepName} ${port}`, shape: kind === 'table' ? shape : undefined })));
  }
  const read = new Set(steps.flatMap(({ inputs }) => inputs));
  const watched = [...outlets.keys()].filter((outlet) => spec.watched === 'all' || !read.has(outlet));
  return { spec, outlets, steps, watched };
}

/** The program, over sources that the caller gives; `traits` says what each outlet can be connected to. */
export function build({ spec, outlets, steps, watched }: Resolved, sourceOf: (source: string) => SourceSpec<Made>, isProvisional: (outlet: number) => boolean): Program<Tables> {
  return pipeline('random', (app) => {
    const built: (BuiltStream | BuiltTable)[] = sourceNames(spec).map((name) =>
      app.source(name, sourceOf(name), { time: ({ time }) => time, complete: completenessOf(spec) as OutOfOrder, maxAhead: 'any' }).map((made) => toyOf(name, made)),
    );
    for (const { operator, name, options, inputs, outputs } of steps) {
      const made = operator.build({ app, name }, inputs.map((input) => built[input] as BuiltStream | BuiltTable), options);
      for (const output of outputs) built.push(made[outlets[output]?.port as string] as BuiltStream | BuiltTable);
    }
    for (const outlet of watched) connect(built[outlet] as BuiltStream | BuiltTable, outlets[outlet]?.name as string, isProvisional(outlet));
    return Object.fromEntries(watched.filter((outlet) => built[outlet] instanceof Table).map((outlet) => [outlets[outlet]?.name, built[outlet] as BuiltTable]));

    function connect(output: BuiltStream | BuiltTable, name: string, provisional: boolean): void {
      const untyped = output as { to(sink: unknown): void };
      if (provisional) refuse(() => untyped.to(app.sink(`${name} for good`, readByHand(), { takes: 'irreversible' })), name);
      untyped.to(app.sink(name, readByHand(), { takes: provisional ? 'revisable' : 'irreversible' }));
      if (!(output instanceof Table)) return;
      output.final().to(app.sink(`${name} final`, readByHand(), { takes: 'irreversible' }));
      if (hasAdjustments(output)) output.adjustments.to(app.sink(`${name} adjustments`, readByHand(), { takes: 'adjustable' }));
    }
  });
}

function completenessOf({ producers, boundMs }: ProgramSpec): Completeness {
  return producers === 0 ? outOfOrder(boundMs) : sequences({ roster: ROSTER, silentAfter: seconds(30) });
}

function refuse(connect: () => void, name: string): void {
  try {
    connect();
  } catch (error) {
    if ((error as { code?: string }).code === 'NOT_FINAL') return;
    throw error;
  }
  throw new Error(`'${name}' may be taken back, and an irreversible sink was connected to it`);
}

function hasAdjustments(table: BuiltTable): boolean {
  try {
    return table.adjustments !== undefined;
  } catch {
    return false;
  }
}
