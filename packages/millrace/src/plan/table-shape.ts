import { type RowKeys, keysAsTheyCome } from '../operator/row-keys.ts';
import type { BareHaltPolicy, LatePolicy } from '../operator/late-policy.ts';
import type { Windowing } from '../time/windowing.ts';
import type { GroupNode, Plan, PlanNode, Port, WindowNode } from './node.ts';

/** What the plan knows of a table. */
export interface TableShape {
  /** How its rows are told apart. */
  readonly keys: RowKeys;
  /** Its windows in words; undefined: it has none. */
  readonly windows: string | undefined;
  /** How long after its end, as it is in the end, a window may still change, in ms; Infinity: for ever, and without windows. */
  readonly settleMs: number;
  /** Its windows in words, where key and window do not tell rows apart, or a row may come after its window has settled; else undefined. */
  readonly unsettled: string | undefined;
}

/** Several of their rows may have one interval; and one that is full, or closed by an event that was waited for, may lie behind the frontier. */
const unsettled: ReadonlySet<Windowing['kind']> = new Set(['sliding', 'count', 'group']);

type Nodes = readonly PlanNode[];

/** The table that a port is the changes of; undefined where it is none. */
export function tableShape(nodes: Nodes, { node: id, port }: Port): TableShape | undefined {
  const node = nodes[id];
  if (node === undefined || port !== 'out') return undefined;
  switch (node.kind) {
    case 'aggregate':
    case 'toTable':
    case 'versioned':
      return { keys: keysOf(node.key, false), windows: undefined, settleMs: Number.POSITIVE_INFINITY, unsettled: undefined };
    case 'window':
      return { keys: keysOf(node.key, true), windows: node.windowing.text, settleMs: Math.max(retainMs(node.late) + openMs(node.windowing), staleMs(node)), unsettled: unsettled.has(node.windowing.kind) ? node.windowing.text : undefined };
    case 'asOf':
      return node.of === 'row, revised' ? { keys: keysAsTheyCome(false), windows: undefined, settleMs: Number.POSITIVE_INFINITY, unsettled: undefined } : undefined;
    case 'tableMap':
    case 'tableFilter':
      return below(nodes, node);
    case 'join':
    case 'foreignJoin': {
      const [left, right] = node.inputs.map((input) => tableShape(nodes, input) as TableShape) as [TableShape, TableShape];
      return { ...left, settleMs: Math.max(left.settleMs, right.settleMs) };
    }
    case 'group':
      return groupShape(nodes, node);
    case 'changesTable':
      return playedShape(nodes, node.inputs[0] as Port);
    default:
      return undefined;
  }
}

/** For how long after their end the windows of an aggregation over a table may change. */
export function groupRetainMs(nodes: Nodes, node: Pick<GroupNode, 'inputs' | 'windowing' | 'late'>): number {
  const source = below(nodes, node);
  if (source.windows === undefined) return Number.POSITIVE_INFINITY;
  if (node.late === undefined) return node.windowing === undefined ? source.settleMs : 0;
  return retainMs(node.late);
}

/** Whether a table can be asked what it held at an event time: by itself, or because it is made row by row of one that can. */
export function isVersioned(nodes: Nodes, id: number): boolean {
  const node = nodes[id] as PlanNode;
  if (node.kind === 'tableMap' || node.kind === 'tableFilter') return isVersioned(nodes, (node.inputs[0] as Port).node);
  return node.kind === 'versioned';
}

/** The tables that are asked, and those that are asked for them. */
export function askedBy({ nodes, tables }: Plan): ReadonlySet<number> {
  const asked = new Set<number>();
  for (let id of tables.values()) {
    asked.add(id);
    for (let node = nodes[id]; node?.kind === 'tableMap' || node?.kind === 'tableFilter'; node = nodes[id]) {
      id = (node.inputs[0] as Port).node;
      asked.add(id);
    }
  }
  return asked;
}

function groupShape(nodes: Nodes, node: GroupNode): TableShape {
  const windows = node.windowing?.text ?? below(nodes, node).windows;
  return { keys: keysOf(node.key, windows !== undefined), windows, settleMs: groupRetainMs(nodes, node), unsettled: undefined };
}

/** The table whose changes come to a port, through what leaves a change as it is. */
export function playedShape(nodes: Nodes, { node: id }: Port): TableShape {
  const node = nodes[id] as PlanNode;
  const first = node.inputs[0];
  if (node.kind === 'changes') return told(below(nodes, node));
  if ((node.kind === 'filter' || node.kind === 'split' || node.kind === 'dedupe') && first !== undefined) return playedShape(nodes, first);
  return { keys: keysAsTheyCome(false), windows: undefined, settleMs: Number.POSITIVE_INFINITY, unsettled: undefined };
}

/** The frontier behind the changes of a table is held back for as long as its windows may change: by then they have settled. */
function told(table: TableShape): TableShape {
  return table.settleMs === Number.POSITIVE_INFINITY ? table : { ...table, settleMs: 0 };
}

function below(nodes: Nodes, { inputs }: Pick<PlanNode, 'inputs'>): TableShape {
  return tableShape(nodes, inputs[0] as Port) as TableShape;
}

function keysOf(key: { readonly selectors: readonly unknown[]; readonly toParts: RowKeys['toParts'] }, windowed: boolean): RowKeys {
  return { depth: key.selectors.length, windowed, toParts: key.toParts };
}

/** How long a window may be open after its end: that of a group turns out only when its closing event comes, which may be late; a count that is not full waits for the end of the input. */
function openMs(windowing: Windowing): number {
  if (windowing.kind === 'group') return windowing.timeoutMs;
  return windowing.kind === 'count' && windowing.partial ? Number.POSITIVE_INFINITY : 0;
}

/** How long after its end an early row may stand that is of a shorter session than there is by now: it goes when rows leave early again, or when the longer one closes. */
function staleMs({ windowing, early }: WindowNode): number {
  return windowing.kind === 'session' && early?.kind === 'every' ? early.everyMs : 0;
}

function retainMs(late: LatePolicy | BareHaltPolicy): number {
  return late.kind === 'revise' ? late.retainMs : 0;
}
