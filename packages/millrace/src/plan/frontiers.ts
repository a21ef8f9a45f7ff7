import { ConcatFrontier } from '../time/concat-frontier.ts';
import { Frontier } from '../time/frontier.ts';
import { HeldFrontier } from '../time/held-frontier.ts';
import { MergedFrontier } from '../time/merged-frontier.ts';
import type { Settler } from '../time/settler.ts';
import { WaitingFrontier } from '../time/waiting-frontier.ts';
import { holdsBack } from './holds-back.ts';
import type { Plan, PlanNode } from './node.ts';

/** The frontiers of a node. */
export interface NodeFrontiers {
  /** One for each input; for a source one for each partition. */
  readonly inputs: readonly Frontier[];
  /** The least of them: at the node. */
  readonly at: Frontier;
  /** Behind it, where that is another one. */
  readonly held: HeldFrontier | undefined;
}

/** The frontiers of a plan, by node, each following those above it: from the sources down. */
export function frontiersOf(plan: Plan, settler: Settler): ReadonlyMap<number, NodeFrontiers> {
  const frontiers = new Map<number, NodeFrontiers>();
  const behind = (id: number): Frontier => {
    const { at, held } = frontiers.get(id) as NodeFrontiers;
    return held ?? at;
  };
  for (const node of plan.nodes) {
    const inputs =
      node.kind === 'source' ? Array.from({ length: node.spec.partitions }, () => new Frontier(settler)) : node.inputs.map((input) => behind(input.node));
    const at = standsAt(node, inputs, settler);
    const back = holdsBack(plan.nodes, node);
    frontiers.set(node.id, { inputs, at, held: back === undefined ? undefined : new HeldFrontier(at, settler, back === 'as told' ? undefined : back) });
  }
  return frontiers;
}

/** Where a node stands: at the least of its inputs, unless it is of a kind that says otherwise. */
function standsAt(node: PlanNode, inputs: readonly Frontier[], settler: Settler): Frontier {
  const [first, second] = inputs as [Frontier, Frontier];
  if (node.kind === 'concat') return new ConcatFrontier(first, second, settler);
  if (node.kind === 'reorder' && node.sequence !== undefined) return new WaitingFrontier(first, settler);
  return least([...new Set(inputs)], settler);
}

function least(frontiers: readonly Frontier[], settler: Settler): Frontier {
  return frontiers.length === 1 ? (frontiers[0] as Frontier) : new MergedFrontier(frontiers, settler);
}
