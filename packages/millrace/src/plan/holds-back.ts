import { holdBack } from '../operator/stream-join/span.ts';
import type { HoldBack } from '../time/frontier.ts';
import type { PlanNode, Port } from './node.ts';
import { tableShape } from './table-shape.ts';

/**
 * Whether the frontier behind a node is another than that at its input: held back by rule, or as the operator tells.
 *
 * A frontier says how old a new fact may still be. So it is held back behind every node that emits facts older
 * than the frontier at its input; what is late for the node itself, and passes it, is late behind it too.
 */
export function holdsBack(nodes: readonly PlanNode[], node: PlanNode): HoldBack | 'as told' | undefined {
  switch (node.kind) {
    case 'window':
    case 'toTable':
    case 'versioned':
      return node.late.kind === 'halt' && node.late.scope === 'key' ? 'as told' : undefined;
    case 'defer':
      return 'as told';
    case 'asOf':
      // A result that is revised is as old as its event, until the table is past the time that asked for.
      return node.of !== 'row, revised' || node.at !== undefined ? 'as told' : undefined;
    case 'streamJoin':
      return holdBack(node.span, node.join) ?? (node.late.kind === 'halt' && node.late.scope === 'key' ? 'as told' : undefined);
    case 'final':
    case 'changes':
      return behindTable(nodes, node.inputs[0] as Port);
    default:
      return undefined;
  }
}

/**
 * Rows of windows become facts when they are final, or when they change: at the time of their window, for as
 * long after that as it may change. Without windows, a row changes at the time of what changed it.
 */
function behindTable(nodes: readonly PlanNode[], table: Port): HoldBack | undefined {
  const { windows, settleMs } = tableShape(nodes, table) ?? { windows: undefined, settleMs: 0 };
  return windows === undefined || settleMs === 0 ? undefined : { of: (frontier) => frontier - settleMs };
}
