import type { PlanNode, Port } from './node.ts';

/** Steps whose facts are at the time of the event that they are made of, and of that event alone. */
const keeping: ReadonlySet<PlanNode['kind']> = new Set(['map', 'filter', 'flatMap', 'split', 'merge', 'concat', 'reorder']);
/** What comes out beside is about something else, or at another time. */
const sides: ReadonlySet<string> = new Set(['late', 'bad', 'conflicts', 'adjustments']);

/**
 * Whether each fact of a port is made of one event of a source, at its time: then an event that is missing at a
 * time changes what is there at that time, and nothing else. Behind a window, a join, a `dedupe` or a `process`
 * it may change later facts too.
 */
export function isOfEvents(nodes: readonly PlanNode[], { node: id, port }: Port): boolean {
  const node = nodes[id] as PlanNode;
  if (sides.has(port)) return false;
  return node.kind === 'source' || (keeping.has(node.kind) && node.inputs.every((input) => isOfEvents(nodes, input)));
}
