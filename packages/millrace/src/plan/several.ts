import type { PlanNode, Port } from './node.ts';

/**
 * Whether one step (an event, or a time that the frontier passes) may bring several events to these
 * inputs: over two ways from one source, as the parts of a flatMap, or as the rows of windows that close.
 * What keeps the state of a key has to gather then, and emit the net.
 */
export function bringsSeveral(nodes: readonly PlanNode[], inputs: readonly Port[]): boolean {
  const seen = new Set<number>();
  for (const { node } of inputs) {
    for (const source of sourcesOf(nodes, node)) {
      if (seen.has(source)) return true;
      seen.add(source);
    }
  }
  return inputs.some(({ node: id }) => {
    const node = nodes[id] as PlanNode;
    switch (node.kind) {
      case 'source':
        return false;
      case 'filter':
      case 'map':
      case 'split':
      case 'dedupe':
      case 'merge':
      // What these let go at once are events of their own, each of which explains a state.
      case 'reorder':
      case 'defer':
      case 'concat':
      case 'aggregate':
        return bringsSeveral(nodes, node.inputs);
      case 'changes':
        // An aggregation without windows says one thing about each event; any other table may say more.
        return nodes[(node.inputs[0] as Port).node]?.kind !== 'aggregate' || bringsSeveral(nodes, node.inputs);
      default:
        return true;
    }
  });
}

function sourcesOf(nodes: readonly PlanNode[], id: number): ReadonlySet<number> {
  const node = nodes[id] as PlanNode;
  if (node.kind === 'source') return new Set([id]);
  return new Set(node.inputs.flatMap((input) => [...sourcesOf(nodes, input.node)]));
}
