import type { PlanNode, Port } from './node.ts';

/**
 * Whether what leaves a port may be taken back: the types say so on the surface; this says it for
 * programs that were not compiled with them.
 */
export function isProvisional(nodes: readonly PlanNode[], { node: id, port }: Port): boolean {
  const node = nodes[id] as PlanNode;
  switch (node.kind) {
    case 'source':
    case 'final':
    case 'sink':
      return false;
    case 'window':
    case 'aggregate':
    case 'toTable':
      // At their sides are the events that came in, `late`, and facts, `adjustments`.
      if (port === 'adjustments') return false;
      return port === 'out' || node.inputs.some((input) => isProvisional(nodes, input));
    case 'changesTable':
    case 'tableMap':
    case 'tableFilter':
    case 'join':
    case 'foreignJoin':
    case 'group':
      return true;
    case 'versioned':
      // At their side, `late`, are the events that came in.
      return port === 'out' || node.inputs.some((input) => isProvisional(nodes, input));
    case 'asOf':
      return (node.of === 'row, revised' && port === 'out') || node.inputs.some((input) => isProvisional(nodes, input));
    default:
      return node.inputs.some((input) => isProvisional(nodes, input));
  }
}
