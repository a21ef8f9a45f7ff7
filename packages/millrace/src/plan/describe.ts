import { earlyText, lateText } from '../operator/late-policy.ts';
import { durationText } from '../time/duration.ts';
import type { Windowing } from '../time/windowing.ts';
import { nameOf } from './compile.ts';
import type { Plan, PlanNode } from './node.ts';

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
      const { boundMs, idleAfterMs } = node.complete;
      const idle = idleAfterMs === Number.POSITIVE_INFINITY ? '' : `, idle after ${durationText(idleAfterMs)}`;
      const ahead = node.maxAheadMs === Number.POSITIVE_INFINITY ? '' : `, ahead by at most ${durationText(node.maxAheadMs)}`;
      return `source '${node.name}' ${node.spec.text}, out of order by ${durationText(boundMs)}${idle} (assumed)${ahead}`;
    }
    case 'dedupe':
      return `dedupe '${nameOf(node)}' for ${durationText(node.forMs)}`;
    case 'window': {
      const keep = node.keepMs === 0 ? '' : `, kept ${durationText(node.keepMs)}`;
      const fill = node.fillMs === 0 ? '' : `, filled for ${durationText(node.fillMs)}`;
      return `window '${nameOf(node)}' ${node.windowing.text}${tzdbText(node.windowing)}${keyText(node.key.names)}: ${node.columns.name}, late: ${lateText(node.late)}${earlyText(node.early)}${fill}${keep}`;
    }
    case 'aggregate':
      return `table '${nameOf(node)}'${keyText(node.key.names)}: ${node.columns.name}`;
    case 'split':
      return `split ${node.branches.map(([port]) => port.slice('branch '.length)).join(', ')}`;
    case 'sink':
      return `sink '${node.name}' ${node.spec.text}`;
    default:
      return node.kind;
  }
}

/** Under which names the node's table can be asked. */
function askedText(plan: Plan, node: PlanNode): string {
  return [...plan.tables]
    .filter(([, id]) => id === node.id)
    .map(([name]) => `, asked as '${name}'`)
    .join('');
}

const tzdbText = (windowing: Windowing): string => ('tzdb' in windowing ? ` (tzdb ${windowing.tzdb})` : '');

const keyText = (names: readonly string[] | undefined): string => (names === undefined ? '' : ` by ${names.join(', ')}`);

function brackets({ kind }: PlanNode): readonly [string, string] {
  if (kind === 'source') return ['[/', '/]'];
  if (kind === 'sink') return ['[\\', '\\]'];
  if (kind === 'window' || kind === 'aggregate' || kind === 'dedupe') return ['[(', ')]'];
  return ['[', ']'];
}

const escape = (text: string): string => text.replaceAll('"', '#quot;');
