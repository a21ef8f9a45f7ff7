import { errors } from '../error.ts';
import { checkLate, stepText } from '../operator/late-check.ts';
import { durationText } from '../time/duration.ts';
import type { PlanNode, Port } from './node.ts';
import { type TableShape, groupRetainMs, playedShape, tableShape } from './table-shape.ts';

type Step = PlanNode extends infer N ? (N extends unknown ? Omit<N, 'id'> : never) : never;

const takesTables: ReadonlySet<string> = new Set(['final', 'changes', 'tableMap', 'tableFilter', 'join', 'foreignJoin', 'group']);

/**
 * Whether a step can take what it is connected to: facts are pushed, tables are revised, and neither is the
 * other. The types say it on the surface; this says it for programs that were not compiled with them.
 */
export function checkInputs(nodes: readonly PlanNode[], step: Step): void {
  for (const input of step.inputs as readonly (Port | undefined)[]) {
    const from = input === undefined ? undefined : nodes[input.node];
    const isTable = input !== undefined && tableShape(nodes, input) !== undefined;
    if (takesTables.has(step.kind)) {
      if (isTable) continue;
      throw errors.NOT_A_TABLE({ step: step.kind, found: from === undefined ? 'nothing' : `the facts of a ${from.kind}` });
    }
    if (isTable) throw errors.NOT_A_STREAM({ step: step.kind, table: nameIn(from as PlanNode) });
  }
  checkSettled(nodes, step);
  if (step.kind === 'join' || step.kind === 'foreignJoin' || step.kind === 'group') checkKept(nodes, step);
  if (step.kind === 'join' || step.kind === 'foreignJoin') checkLike(nodes, step.inputs);
  if (step.kind === 'group') checkRetention(nodes, step);
}

const keepsTables: ReadonlySet<string> = new Set(['join', 'foreignJoin', 'group', 'changesTable']);

/** What keeps the rows of a table knows them by key and window. */
function checkSettled(nodes: readonly PlanNode[], step: Step): void {
  if (!keepsTables.has(step.kind)) return;
  for (const input of step.inputs) {
    const { unsettled } = step.kind === 'changesTable' ? playedShape(nodes, input) : (tableShape(nodes, input) as TableShape);
    if (unsettled === undefined) continue;
    throw new RangeError(`${step.kind} of a table with windows '${unsettled}': expected windows whose rows are known by key and window; take its final rows: .final().keyBy(…)`);
  }
}

/** How long windows can be asked says nothing where there are none. */
function checkKept(nodes: readonly PlanNode[], step: Extract<Step, { kind: 'join' | 'foreignJoin' | 'group' }>): void {
  const windows = (step.kind === 'group' ? step.windowing?.text : undefined) ?? (tableShape(nodes, step.inputs[0] as Port) as TableShape).windows;
  if (step.keepMs > 0 && windows === undefined) throw new RangeError('keep: a table without windows keeps every row');
}

function checkLike(nodes: readonly PlanNode[], inputs: readonly Port[]): void {
  const [left, right] = inputs.map((input) => (tableShape(nodes, input) as TableShape).windows ?? 'no windows');
  if (left !== right) throw errors.TABLES_UNLIKE({ left: left as string, right: right as string });
}

/** An aggregation below a table that revises revises too, for as long at least. */
function checkRetention(nodes: readonly PlanNode[], step: Extract<Step, { kind: 'group' }>): void {
  const source = tableShape(nodes, step.inputs[0] as Port) as TableShape;
  const text = stepText('the aggregation of the rows of a table', step.name);
  if (source.windows === undefined) checkLate(text, step.late, [], 'a table without windows changes for ever, and so does what is made of it');
  checkLate(text, step.late, ['drop', 'revise'], 'reconcile and halt are about events; give them to what the table is made by');
  const own = groupRetainMs(nodes, step);
  if (own >= source.settleMs) return;
  const retain = own === 0 ? 'when' : `${durationText(own)} after`;
  throw errors.FINAL_TOO_EARLY({ aggregation: step.name ?? step.kind, retain, source: durationText(source.settleMs) });
}

function nameIn(node: PlanNode): string {
  return 'name' in node && node.name !== undefined ? node.name : `${node.kind}-${node.id}`;
}
