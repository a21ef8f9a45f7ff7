import type { Adjustment } from '../operator/ledger/adjustment.ts';
import type { Output } from '../operator/operator.ts';
import type { Row } from '../operator/row.ts';
import { AdjustmentWitness, Witness } from '../operator/witness.ts';
import type { Reachable, Witnessed } from '../task/corrections.ts';
import type { Host } from '../task/runtime.ts';
import { behindTable, namedTables } from './dependents.ts';
import type { NodeFrontiers } from './frontiers.ts';
import type { Plan, PlanNode, Port } from './node.ts';

type AnyOutput = Output<unknown>;

/**
 * Puts a witness behind each table that has a name and may correct itself; all others cost nothing.
 *
 * Operators are made from the sinks up, so what is behind a table is there when the table is made.
 */
export class Witnesses {
  readonly #plan: Plan;
  readonly #host: Host;
  readonly #frontiers: ReadonlyMap<number, NodeFrontiers>;
  readonly #names: ReadonlyMap<number, string>;
  readonly #outputs = new Map<number, Omit<Reachable, 'gathered'>>();

  constructor(plan: Plan, host: Host, frontiers: ReadonlyMap<number, NodeFrontiers>) {
    this.#plan = plan;
    this.#host = host;
    this.#frontiers = frontiers;
    this.#names = host.batch || host.mute ? new Map() : new Map([...namedTables(plan)].map(([name, id]) => [id, name]));
  }

  /** A way out of the program was made. */
  made<O extends Reachable['output']>({ id }: PlanNode, name: string, kind: Reachable['kind'], output: O): O {
    this.#outputs.set(id, { name, kind, output });
    return output;
  }

  /** What a table gives its rows to. */
  behind({ id }: PlanNode, next: AnyOutput): AnyOutput {
    const table = this.#names.get(id);
    if (table === undefined || !maySayOtherwise(this.#plan.nodes, id)) return next;
    const frontiers = [...new Set(closers(this.#plan.nodes, id).map((one) => (this.#frontiers.get(one) as NodeFrontiers).at))];
    const { corrections, moment } = this.#host;
    return new Witness(this.#witnessed(id, table), corrections, frontiers, moment, next as Output<Row<unknown, unknown>>) as AnyOutput;
  }

  /** Where a table's adjustments go. */
  adjusted({ id }: PlanNode, next: AnyOutput): Output<Adjustment<unknown, unknown>> {
    const table = this.#names.get(id);
    const adjustments = next as Output<Adjustment<unknown, unknown>>;
    return table === undefined ? adjustments : new AdjustmentWitness(this.#witnessed(id, table), this.#host.corrections, adjustments);
  }

  #witnessed(id: number, table: string): Witnessed {
    const behind = behindTable(this.#plan.nodes, id).flatMap(({ node, gathered }): readonly Reachable[] => {
      const output = this.#outputs.get(node.id);
      return output === undefined ? [] : [{ ...output, gathered }];
    });
    return { table, behind };
  }
}

/**
 * Whether a row of this table may become another one when all said that it would not: its window was over, or
 * it was a result of its own. Tables that change with every event correct nothing by that.
 */
function maySayOtherwise(nodes: readonly PlanNode[], id: number): boolean {
  const node = nodes[id] as PlanNode;
  switch (node.kind) {
    case 'window':
      return node.late.kind === 'revise';
    case 'asOf':
      return node.of === 'row, revised';
    case 'group':
      if (node.windowing !== undefined || node.late !== undefined) return node.late?.kind === 'revise';
      return inWindows(nodes, node.inputs) && anyMay(nodes, node.inputs);
    case 'join':
    case 'foreignJoin':
      return inWindows(nodes, node.inputs) && anyMay(nodes, node.inputs);
    case 'changesTable':
    case 'tableMap':
    case 'tableFilter':
      return anyMay(nodes, playedFrom(nodes, node));
    default:
      return false;
  }
}

const anyMay = (nodes: readonly PlanNode[], inputs: readonly Port[]): boolean => inputs.some(({ node }) => maySayOtherwise(nodes, node));

const inWindows = (nodes: readonly PlanNode[], inputs: readonly Port[]): boolean => inputs.every(({ node }) => closers(nodes, node).length > 0);

/** The steps at whose frontiers the windows of a table close; none: it has no windows. */
function closers(nodes: readonly PlanNode[], id: number): readonly number[] {
  const node = nodes[id] as PlanNode;
  switch (node.kind) {
    case 'window':
      return [id];
    case 'group':
      return node.windowing === undefined ? closersOf(nodes, node.inputs) : [id];
    case 'join':
    case 'foreignJoin':
      return closersOf(nodes, node.inputs);
    case 'changesTable':
    case 'tableMap':
    case 'tableFilter':
      return closersOf(nodes, playedFrom(nodes, node));
    default:
      return [];
  }
}

const closersOf = (nodes: readonly PlanNode[], inputs: readonly Port[]): readonly number[] => inputs.flatMap(({ node }) => closers(nodes, node));

/** The table that a step takes as it is; of changes that are played, the table that they are of, where that can be told. */
function playedFrom(nodes: readonly PlanNode[], node: PlanNode): readonly Port[] {
  if (node.kind !== 'changesTable') return node.inputs;
  let from = nodes[(node.inputs[0] as Port).node] as PlanNode;
  while (from.kind === 'filter' || from.kind === 'split' || from.kind === 'dedupe') from = nodes[(from.inputs[0] as Port).node] as PlanNode;
  return from.kind === 'changes' ? from.inputs : [];
}
