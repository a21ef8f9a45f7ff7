import type { Stream, Table } from 'millrace';
import type { EpochMs, RequestId } from '../domain/names.ts';
import type { Admitted, UsageFact } from '../domain/usage-fact.ts';

/** When the calls of one gateway were, and which of them have begun and not ended. */
export type GatewayState = {
  /** The times of its first fact and of its newest one. */
  readonly firstAt: EpochMs;
  readonly lastAt: EpochMs;
  readonly open: readonly Admitted[];
};

type Accumulator = { firstAt: number; lastAt: number; open: { [id: RequestId]: Admitted } };

/**
 * The gateways by name. One that starts again goes on from its newest time, and ends the calls that its
 * former life left open. How far its messages have come is known to the source itself, see `status()`.
 */
export function gateways(facts: Stream<UsageFact>): Table<string, GatewayState> {
  return facts.keyBy((fact) => fact.producer).aggregate({ create, add, result }, { name: 'gateways' });
}

const create = (): Accumulator => ({ firstAt: Number.MAX_SAFE_INTEGER, lastAt: 0, open: Object.create(null) });

function add(accumulator: Accumulator, fact: UsageFact): Accumulator {
  accumulator.firstAt = Math.min(accumulator.firstAt, fact.admittedAt);
  accumulator.lastAt = Math.max(accumulator.lastAt, fact.admittedAt);
  if (fact.kind === 'admitted') accumulator.open[fact.id] = fact;
  else delete accumulator.open[fact.id];
  return accumulator;
}

const result = ({ firstAt, lastAt, open }: Accumulator): GatewayState => ({
  firstAt: firstAt as EpochMs,
  lastAt: lastAt as EpochMs,
  open: Object.values(open),
});
