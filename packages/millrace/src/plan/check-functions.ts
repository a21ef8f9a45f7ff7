import { checkFunction, checkOptionalFunction, checkStateName } from '../argument.ts';
import type { PlanNode } from './node.ts';

type WithoutId<N> = N extends unknown ? Omit<N, 'id'> : never;

/** A step whose functions are none, or are async, or whose name is no name, is refused where it is written. */
export function checkFunctions(node: WithoutId<PlanNode>): void {
  if (node.kind !== 'source' && node.kind !== 'sink' && 'name' in node) checkStateName(`the name of ${node.kind}`, node.name);
  if ('key' in node) for (const select of node.key.selectors) checkFunction(`the key of ${node.kind}`, select);
  switch (node.kind) {
    case 'filter':
    case 'tableFilter':
      return checkFunction('filter(keep)', node.keep);
    case 'map':
    case 'tableMap':
      return checkFunction('map(change)', node.change);
    case 'flatMap':
      return checkFunction('flatMap(spread)', node.spread);
    case 'split':
      for (const [branch, takes] of node.branches) checkFunction(`split(branches), ${branch}`, takes);
      return;
    case 'dedupe':
      checkFunction('dedupe({ id })', node.eventId);
      return checkOptionalFunction('dedupe({ content })', node.content);
    case 'reorder':
      if (node.sequence !== undefined) checkFunction("reorder({ by }), which is 'time' or a function", node.sequence.of);
      return;
    case 'defer':
      return checkFunction('defer({ until })', node.until);
    case 'process':
      checkFunction('process({ state })', node.steps.state);
      checkFunction('process({ on })', node.steps.on);
      return checkOptionalFunction('process({ timer })', node.steps.timer);
    case 'versioned':
    case 'toTable':
      return checkFunction('toTable({ value })', node.value);
    case 'asOf':
      checkOptionalFunction('joinTable({ at })', node.at);
      return checkFunction('joinTable(table, options, combine)', node.combine);
    case 'streamJoin':
      return checkFunction('join(right, options, combine)', node.combine);
    case 'join':
      return checkFunction('join(right, join)', node.join);
    case 'foreignJoin':
      checkFunction('joinForeign(right, foreign, join), foreign', node.foreign);
      return checkFunction('joinForeign(right, foreign, join), join', node.join);
    default:
      return;
  }
}
