import { nameOf } from './compile.ts';
import type { Plan, PlanNode } from './node.ts';

/** A program as text: one line a step, in order, with its settings and where its input comes from. */
export function describeText(plan: Plan): string {
  const lines = plan.nodes.map((node) => {
    const from = node.inputs.map(({ node: id, port }) => (port === 'out' ? `${id}` : `${id}.${port}`)).join(', ');
    const asked = [...plan.tables].filter(([, id]) => id === node.id).map(([name]) => ` → table '${name}'`);
    return `${String(node.id).padStart(3)}  ${settings(node)}${asked.join('')}${from === '' ? '' : `  ← ${from}`}`;
  });
  return [`pipeline '${plan.name}'`, ...lines].join('\n');
}

/** A program as a Mermaid flowchart. */
export function describeMermaid(plan: Plan): string {
  const nodes = plan.nodes.map((node) => {
    const [open, close] = brackets(node);
    return `  n${node.id}${open}"${escape(settings(node))}"${close}`;
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
      const ahead = node.maxAheadMs === Number.POSITIVE_INFINITY ? 'any' : `${node.maxAheadMs} ms`;
      const { boundMs, idleAfterMs } = node.complete;
      const idle = idleAfterMs === Number.POSITIVE_INFINITY ? '' : `, idle after ${idleAfterMs} ms`;
      return `source '${node.name}' ${node.spec.text}, out of order by ${boundMs} ms${idle} (assumed), at most ${ahead} ahead`;
    }
    case 'dedupe':
      return `dedupe '${nameOf(node)}' for ${node.forMs} ms`;
    case 'window': {
      const keep = node.keepMs === 0 ? '' : `, kept ${node.keepMs === Number.POSITIVE_INFINITY ? 'forever' : `${node.keepMs} ms`}`;
      return `window '${nameOf(node)}' ${node.windowing.text}${keyText(node.key.names)}: ${node.columns.name}, late: drop${keep}`;
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

const keyText = (names: readonly string[] | undefined): string => (names === undefined ? '' : ` by ${names.join(', ')}`);

function brackets({ kind }: PlanNode): readonly [string, string] {
  if (kind === 'source') return ['[/', '/]'];
  if (kind === 'sink') return ['[\\', '\\]'];
  if (kind === 'window' || kind === 'aggregate' || kind === 'dedupe') return ['[(', ')]'];
  return ['[', ']'];
}

const escape = (text: string): string => text.replaceAll('"', '#quot;');
