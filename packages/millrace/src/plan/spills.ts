import type { PlanNode } from './node.ts';
import { tableShape } from './table-shape.ts';

/** Whether keys of a node's table may leave memory where a program is run with `hotKeys`. */
export function spills(nodes: readonly PlanNode[], node: PlanNode): boolean {
  if (node.kind === 'aggregate' || node.kind === 'toTable') return true;
  return node.kind === 'group' && node.columns.subtracts && tableShape(nodes, { node: node.id, port: 'out' })?.windows === undefined;
}
