import type { Stream, Table } from 'millrace';
import type { EpochMs } from '../domain/names.ts';
import type { UsageFact } from '../domain/usage-fact.ts';

/** When the calls of one gateway were: the times of its first fact and of its newest one. */
export type GatewayTimes = { readonly firstAt: EpochMs; readonly lastAt: EpochMs };

/**
 * The gateways by name. One that starts again goes on from its newest time. How far its messages have come is
 * known to the source itself, see `status()`, and what it left open to the meter of requests.
 */
export function gateways(facts: Stream<UsageFact>): Table<string, GatewayTimes> {
  return facts.keyBy((fact) => fact.producer).aggregate({ create, add, result: (times) => times }, { name: 'gateway-times' });
}

const create = (): GatewayTimes => ({ firstAt: Number.MAX_SAFE_INTEGER as EpochMs, lastAt: 0 as EpochMs });

const add = ({ firstAt, lastAt }: GatewayTimes, { admittedAt }: UsageFact): GatewayTimes => ({
  firstAt: Math.min(firstAt, admittedAt) as EpochMs,
  lastAt: Math.max(lastAt, admittedAt) as EpochMs,
});
