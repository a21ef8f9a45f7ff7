import { type Action, record } from '../reference/record.ts';
import type { Made } from '../fixture-scenario.ts';
import { mapped } from '../reference/stateless.ts';
import { recordNumbered } from './numbered.ts';
import type { Flow, Input, Options, Outcome, PipelineOperator, TableFlow } from './operator.ts';
import { oneAfterAnother } from './after.ts';
import { Cuts, type FrontierWay, type Placed, inSteps, numbered, placed, placedSource, withoutPassing } from './place.ts';
import { type Resolved, sourceNames } from './program.ts';
import { toyOf } from './toy.ts';

/** What a program comes to, by the naive functions one after the other. */
export interface Meaning {
  /** By outlet. */
  readonly outflows: readonly Input[];
  /** By step: what it counted and did not pass on. */
  readonly duplicates: readonly number[];
}

interface Known {
  readonly input: Input;
  /** Streams that share a frontier have one name for it. */
  readonly frontier: string;
}

/** The composition of the naive reference functions over a recorded run; `asBatch`: with nothing late. */
export function meaningOf({ spec, outlets, steps }: Resolved, actions: readonly Action<Made>[], asBatch = false): Meaning {
  const boundMs = asBatch ? Infinity : spec.boundMs;
  const known: Known[] = sourceNames(spec).map((name) => {
    const recorded = spec.producers > 0 ? recordNumbered(actions, name, spec.partitions, asBatch) : record(actions, { name, partitions: spec.partitions, boundMs, time: (made) => made.time });
    const entries = placedSource(mapped(recorded, (made) => toyOf(name, made)));
    return { frontier: name, input: { kind: 'stream', entries, provisional: false, orderFree: true, complete: true, positioned: true, sources: [name], several: false } };
  });
  const cuts = new Cuts();
  const duplicates = steps.map(({ operator, name, options, inputs, outputs }, step) => {
    const sides = inputs.map((input) => known[input] as Known);
    const { ports, frontier, origins, way, ...rest } = outcomeOf(operator, name, sides, options, step, cuts);
    for (const output of outputs) {
      const flow = ports[outlets[output]?.port as string] as Flow | TableFlow;
      known.push({ frontier, input: { ...flow, entries: placed<never>(flow.entries as never, origins, step, way, cuts) } as Input });
    }
    return rest.duplicates ?? 0;
  });
  return { outflows: known.map(({ input }) => input), duplicates };
}

interface Placeable extends Outcome {
  readonly origins: readonly Placed<unknown>[number][];
  readonly way: FrontierWay;
  readonly frontier: string;
}

function outcomeOf(operator: PipelineOperator, name: string, sides: readonly Known[], options: Options, step: number, cuts: Cuts): Placeable {
  const frontiers = new Set(sides.map(({ frontier }) => frontier));
  const way = { merges: frontiers.size > 1 || operator.follows === true, holdsBack: operator.holdsBack?.(sides.map(({ input }) => input), options) ?? false };
  const all = sides.map(({ input }) => input.entries as Placed<unknown>);
  const seen =
    operator.follows === true
      ? oneAfterAnother(all as [Placed<unknown>, Placed<unknown>], step)
      : all.map((entries) => (way.merges ? withoutPassing(entries) : withSteps(entries, all, step)));
  const { streams, origins } = numbered(seen, step);
  const inputs = sides.map(({ input }, i) => ({ ...input, entries: inSteps(streams[i] ?? [], cuts) }) as Input);
  return { ...operator.naive(name, inputs, options), origins, way, frontier: way.merges || way.holdsBack ? name : ([...frontiers][0] as string) };
}

/** Inputs that share a frontier see all its steps. */
function withSteps(entries: Placed<unknown>, all: readonly Placed<unknown>[], step: number): Placed<unknown> {
  if (all.length === 1) return entries;
  const steps = new Map(all.flat().flatMap((entry) => (entry.kind === 'step' ? [[entry.path.join(' '), entry]] : [])));
  const facts = entries.filter((entry) => entry.kind === 'fact');
  return numbered([[...facts, ...steps.values()]], step).streams[0]?.toSorted((one, other) => one.at - other.at) ?? [];
}
