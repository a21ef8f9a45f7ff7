import { nameOf } from './compile.ts';
import { type PlanNode, type Port, type SinkNode, type SourceNode, keepsState } from './node.ts';

/** The step whose state has this name. */
export function stateNamed(nodes: readonly PlanNode[], name: string): PlanNode | undefined {
  return nodes.find((node) => keepsState(node.kind) && nameOf(node) === name);
}

/** What a state is counted from. */
export interface CountedFrom {
  readonly sources: readonly SourceNode[];
  /** Tables whose adjustments come in, by name: a recount makes none. */
  readonly adjusted: readonly string[];
}

export function countedFrom(nodes: readonly PlanNode[], { id }: PlanNode): CountedFrom {
  const found = new Set([id]);
  const adjusted = new Set<string>();
  for (const one of found) {
    for (const { node, port } of (nodes[one] as PlanNode).inputs) {
      found.add(node);
      if (port === 'adjustments') adjusted.add(nameOf(nodes[node] as PlanNode));
    }
  }
  const all = nodes.filter((node) => found.has(node.id));
  return { sources: all.filter((node) => node.kind === 'source'), adjusted: [...adjusted] };
}

/** What is counted from a state, and where that leaves the program. */
export interface CountedInto {
  readonly states: readonly string[];
  /** They have what leaves for good, and what may change. */
  readonly ways: readonly (SinkNode & { readonly revised: boolean })[];
}

/**
 * Adjustments do not count as being counted from a state: they are facts, and its ledger knows them. What is numbered
 * has been sent, as what has gone to a sink.
 */
export function countedInto(nodes: readonly PlanNode[], { id }: PlanNode): CountedInto {
  const found = new Set([id]);
  for (const node of nodes) {
    if (node.inputs.some((input) => found.has(input.node) && input.port !== 'adjustments' && nodes[input.node]?.kind !== 'numbered')) found.add(node.id);
  }
  found.delete(id);
  const all = nodes.filter((node) => found.has(node.id));
  return {
    states: all.filter(({ kind }) => keepsState(kind) && kind !== 'numbered').map(nameOf),
    ways: all.filter((node) => node.kind === 'sink').map((node) => ({ ...node, revised: node.inputs.some((input) => isRevised(nodes, input)) })),
  };
}

/** Whether what has left by a port may be taken back; windows without policies that do that leave once, as final. */
function isRevised(nodes: readonly PlanNode[], { node: id, port }: Port): boolean {
  const node = nodes[id] as PlanNode;
  const isBelow = (): boolean => node.inputs.some((input) => isRevised(nodes, input));
  switch (node.kind) {
    case 'source':
    case 'final':
    case 'sink':
      return false;
    case 'window':
      return port === 'out' ? node.late.kind === 'revise' || node.early !== undefined : port !== 'adjustments' && isBelow();
    case 'aggregate':
    case 'toTable':
    case 'versioned':
      return port === 'out' || isBelow();
    case 'asOf':
      return (node.of === 'row, revised' && port === 'out') || isBelow();
    case 'join':
    case 'foreignJoin':
    case 'group':
      return true;
    default:
      return isBelow();
  }
}
