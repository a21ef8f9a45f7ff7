import { type Plan, type PlanNode, keepsState } from './node.ts';
import { tableShape } from './table-shape.ts';

/** A step that gets something of a table, directly or through others. */
export interface Behind {
  readonly node: PlanNode;
  /** Whether it may get it when a step is through, instead of at once: something that keeps state is in between. */
  readonly gathered: boolean;
}

/** What comes out of the step that makes a table, and is none of its rows. */
const asides: ReadonlySet<string> = new Set(['late', 'bad', 'conflicts']);

/** The tables of a program that have a name, in its order: that under which the program returns them, or that of their step. */
export function namedTables({ nodes, tables }: Plan): ReadonlyMap<string, number> {
  const returned = new Map([...tables].reverse().map(([name, id]) => [id, name]));
  const named = new Map<string, number>();
  for (const { id } of nodes) {
    const name = returned.get(id) ?? ownName(nodes, id);
    if (name !== undefined && (returned.has(id) || !tables.has(name))) named.set(name, id);
  }
  return named;
}

/** The table of this name, or undefined; a table that is returned may be called by the name of its step, too. */
export function tableNamed(plan: Plan, name: string): number | undefined {
  return plan.tables.get(name) ?? plan.nodes.find(({ id }) => ownName(plan.nodes, id) === name)?.id;
}

/** Every step behind a table, in the order of the program. */
export function behindTable(nodes: readonly PlanNode[], table: number): readonly Behind[] {
  const found = new Map<number, Behind>();
  for (const node of nodes) {
    let gathered: boolean | undefined;
    for (const { node: from, port } of node.inputs) {
      const above = found.get(from);
      if (above !== undefined) gathered = gathered === true || above.gathered;
      else if (from === table && !asides.has(port)) gathered ??= false;
    }
    if (gathered !== undefined) found.set(node.id, { node, gathered: gathered || keepsState(node.kind) });
  }
  return [...found.values()];
}

function ownName(nodes: readonly PlanNode[], id: number): string | undefined {
  const node = nodes[id] as PlanNode;
  if (!('name' in node) || node.name === undefined) return undefined;
  return tableShape(nodes, { node: id, port: 'out' }) === undefined ? undefined : node.name;
}
