import { Join } from '../operator/join/join.ts';
import { holdBack } from '../operator/join/span.ts';
import type { Output, Place } from '../operator/operator.ts';
import type { HoldBack } from '../time/frontier.ts';
import type { JoinNode, PlanNode } from './node.ts';

/** Whether the frontier behind a node is another than that at its input: held back by rule, or as the operator tells. */
export function holdsBack(node: PlanNode): HoldBack | 'as told' | undefined {
  return node.kind === 'join' ? holdBack(node.span, node.join) : undefined;
}

export function makeJoin(
  node: JoinNode,
  name: string,
  place: Place,
  next: Output<unknown>,
  late: Output<unknown>,
  durable: boolean,
): Join<unknown, unknown, unknown, unknown> {
  const { join: kind, span, left, right, combine } = node;
  return new Join({ name, kind, span, left, right, combine, durable }, place, next, late);
}
