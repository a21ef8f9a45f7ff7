import { earlyText, lateText } from '../operator/late-policy.ts';
import type { Completeness } from '../time/completeness.ts';
import { missingText } from '../operator/as-of/missing.ts';
import { spanText } from '../operator/stream-join/span.ts';
import { durationText } from '../time/duration.ts';
import type { Windowing } from '../time/windowing.ts';
import { nameOf } from './compile.ts';
import { type Plan, type PlanNode, type SourceNode, keepsState } from './node.ts';

/** A program as text: one line a step, in order, with its settings and where its input comes from. */
export function describeText(plan: Plan): string {
  const lines = plan.nodes.map((node) => {
    const from = node.inputs.map(({ node: id, port }) => (port === 'out' ? `${id}` : `${id}.${port}`)).join(', ');
    return `${String(node.id).padStart(3)}  ${settings(node)}${askedText(plan, node)}${from === '' ? '' : `  ← ${from}`}`;
  });
  return [`pipeline '${plan.name}'`, ...lines].join('\n');
}

/** A program as a Mermaid flowchart. */
export function describeMermaid(plan: Plan): string {
  const nodes = plan.nodes.map((node) => {
    const [open, close] = brackets(node);
    return `  n${node.id}${open}"${escape(settings(node) + askedText(plan, node))}"${close}`;
  });
  const edges = plan.nodes.flatMap((node) =>
    node.inputs.map(({ node: from, port }) => {
      const label = port === 'out' ? '' : `|${escape(port)}|`;
      return `  n${from} -->${label} n${node.id}`;
    }),
  );
  return ['flowchart TD', ...nodes, ...edges].join('\n');
}

function settings(node: PlanNode): string {
  switch (node.kind) {
    case 'source': {
      const ahead = node.maxAheadMs === Number.POSITIVE_INFINITY ? '' : `, ahead by at most ${durationText(node.maxAheadMs)}`;
      const lead = node.maxLeadMs === Number.POSITIVE_INFINITY ? '' : `, waits when in front by more than ${durationText(node.maxLeadMs)}`;
      return `source '${node.name}' ${node.spec.text}, ${completenessText(node.complete)}${ahead}${lead}${intakeText(node)}${faultsText(node)}`;
    }
    case 'dedupe':
      return `dedupe '${nameOf(node)}' for ${durationText(node.forMs)}${node.content === undefined ? '' : ', contents compared'}`;
    case 'concat':
      return `concat '${nameOf(node)}'`;
    case 'reorder':
      return `reorder '${nameOf(node)}' by ${node.sequence === undefined ? 'time' : `sequence from ${node.sequence.from}`}, late: ${lateText(node.late)}`;
    case 'numbered':
      return `numbered '${nameOf(node)}' as epoch ${node.epoch} of '${node.producer}', promises every ${durationText(node.everyMs)}`;
    case 'defer':
      return `defer '${nameOf(node)}'${keyText(node.key.names)} for at most ${durationText(node.timeoutMs)}, late: drop`;
    case 'process':
      return `process '${nameOf(node)}'${keyText(node.key.names)}`;
    case 'window': {
      const keep = node.keepMs === 0 ? '' : `, kept ${durationText(node.keepMs)}`;
      const fill = node.fillMs === 0 ? '' : `, filled for ${durationText(node.fillMs)}`;
      return `window '${nameOf(node)}' ${node.windowing.text}${tzdbText(node.windowing)}${keyText(node.key.names)}: ${node.columns.name}, late: ${lateText(node.late)}${earlyText(node.early)}${fill}${keep}`;
    }
    case 'aggregate':
      return `table '${nameOf(node)}'${keyText(node.key.names)}: ${node.columns.name}`;
    case 'toTable':
      return `table '${nameOf(node)}'${keyText(node.key.names)}: the newest, late: ${lateText(node.late)}${keptText(node.keepMs)}`;
    case 'changesTable':
      return `table '${nameOf(node)}': of changes${keptText(node.keepMs)}`;
    case 'tableMap':
      return 'map of a table';
    case 'tableFilter':
      return 'filter of a table';
    case 'join':
      return `${node.type} join '${nameOf(node)}'${keptText(node.keepMs)}`;
    case 'foreignJoin':
      return `${node.type} join '${nameOf(node)}' by reference${keptText(node.keepMs)}`;
    case 'group': {
      const windows = node.windowing === undefined ? '' : ` ${node.windowing.text}`;
      const late = node.late === undefined ? '' : `, late: ${lateText(node.late)}`;
      return `group '${nameOf(node)}'${windows}${keyText(node.key.names)}: ${node.columns.name}${late}${keptText(node.keepMs)}`;
    }
    case 'streamJoin':
      return `${node.join === 'inner' ? 'join' : `${node.join} join`} '${nameOf(node)}' ${spanText(node.span)}${keyText(node.left.names)}${node.span.kind === 'forever' ? '' : `, late: ${lateText(node.late)}`}`;
    case 'versioned':
      return `versioned table '${nameOf(node)}'${keyText(node.key.names)} for ${durationText(node.retentionMs)}, late: ${lateText(node.late)}`;
    case 'asOf': {
      if (node.of === 'all') return `join '${nameOf(node)}' with all as of`;
      return `join '${nameOf(node)}' as of${node.of === 'row' ? '' : ', revised'}${keyText(node.key.names)}, missing: ${missingText(node.missing)}`;
    }
    case 'split':
      return `split ${node.branches.map(([port]) => port.slice('branch '.length)).join(', ')}`;
    case 'sink':
      return `sink '${node.name}' ${node.spec.text}${node.retryMs === undefined ? '' : `, tried again for ${durationText(node.retryMs)}`}${node.onRefused === 'hold' ? ', refused: hold' : ''}`;
    default:
      return node.kind;
  }
}

function completenessText(complete: Completeness): string {
  if (complete.kind === 'sequences') {
    const { roster, silentAfterMs, lostAfterMs, onSilent, onUnknown } = complete;
    const who = roster.length === 0 ? 'whoever joins' : `${roster.join(', ')}${onUnknown === 'join' ? ' and whoever joins' : ''}`;
    const lost = lostAfterMs === Number.POSITIVE_INFINITY ? '' : `, lost after ${durationText(lostAfterMs)}`;
    return `numbered by ${who} (proved), silent after ${durationText(silentAfterMs)}: ${onSilent}${lost}`;
  }
  const { boundMs, idleAfterMs } = complete;
  const idle = idleAfterMs === Number.POSITIVE_INFINITY ? '' : `, idle after ${durationText(idleAfterMs)}`;
  return `out of order by ${durationText(boundMs)}${idle} (assumed)`;
}

function intakeText({ intake }: SourceNode): string {
  if (intake === undefined) return '';
  const { upcasts, oldest, schema } = intake;
  const versions = upcasts.length === 0 ? '' : `, versions ${oldest} to ${oldest + upcasts.length}`;
  return schema === undefined ? versions : `${versions}, by a schema of ${schema['~standard'].vendor}`;
}

/** What becomes of input that is wrong, where it is not just set aside. */
function faultsText({ onThrow, onBad }: SourceNode): string {
  const threw = onThrow === 'bad' ? '' : `, threw: ${onThrow}`;
  return onBad === undefined ? threw : `${threw}, bad above ${onBad.holdAbove} of the last ${onBad.ofLast}: hold`;
}

/** Under which names the node's table can be asked. */
function askedText(plan: Plan, node: PlanNode): string {
  return [...plan.tables]
    .filter(([, id]) => id === node.id)
    .map(([name]) => `, asked as '${name}'`)
    .join('');
}

const keptText = (keepMs: number): string => (keepMs === 0 ? '' : `, kept ${durationText(keepMs)}`);
const tzdbText = (windowing: Windowing): string => ('tzdb' in windowing ? ` (tzdb ${windowing.tzdb})` : '');

const keyText = (names: readonly string[] | undefined): string => (names === undefined ? '' : ` by ${names.join(', ')}`);

function brackets({ kind }: PlanNode): readonly [string, string] {
  if (kind === 'source') return ['[/', '/]'];
  if (kind === 'sink') return ['[\\', '\\]'];
  if (keepsState(kind)) return ['[(', ')]'];
  return ['[', ']'];
}

const escape = (text: string): string => text.replaceAll('"', '#quot;');
