import type { Stream, Table } from 'millrace';
import type { EpochMs, RequestId } from '../domain/names.ts';
import type { Admitted, UsageFact } from '../domain/usage-fact.ts';

/** How far the facts of one gateway have come, and which of its calls have begun and not ended. */
export type ProducerState = {
  readonly epoch: number;
  /** The newest sequence of that epoch. */
  readonly sequence: number;
  /** The first and the newest time of that epoch. */
  readonly firstAt: EpochMs;
  readonly lastAt: EpochMs;
  /** Sequences of that epoch that never came, and between which times. */
  readonly gaps: readonly Gap[];
  readonly open: readonly Admitted[];
};

/** Missing sequences, both ends included. */
export type Gap = { readonly from: EpochMs; readonly to: EpochMs; readonly first: number; readonly last: number };

type Accumulator = {
  epoch: number;
  sequence: number;
  firstAt: number;
  lastAt: number;
  gaps: Gap[];
  open: { [id: RequestId]: Admitted };
};

/** The newest gaps that are remembered of one gateway. */
const GAPS_MAX = 100;

/**
 * The gateways by name. A gateway that starts again takes the next epoch from here, goes on from the
 * newest time, and ends the calls that its former life left open.
 */
export function producers(facts: Stream<UsageFact>): Table<string, ProducerState> {
  return facts.keyBy((fact) => fact.producer).aggregate({ create, add, result }, { name: 'producers' });
}

const create = (): Accumulator => ({ epoch: 0, sequence: -1, firstAt: 0, lastAt: 0, gaps: [], open: Object.create(null) });

function add(accumulator: Accumulator, fact: UsageFact): Accumulator {
  const at = fact.admittedAt;
  if (fact.epoch !== accumulator.epoch) Object.assign(accumulator, { epoch: fact.epoch, sequence: -1, firstAt: at, lastAt: at, gaps: [] });
  const expected = accumulator.sequence + 1;
  if (fact.sequence > expected) {
    const gap: Gap = { from: accumulator.lastAt as EpochMs, to: at, first: expected, last: fact.sequence - 1 };
    accumulator.gaps = [...accumulator.gaps, gap].slice(-GAPS_MAX);
  }
  accumulator.sequence = Math.max(accumulator.sequence, fact.sequence);
  accumulator.lastAt = Math.max(accumulator.lastAt, at);
  if (fact.kind === 'admitted') accumulator.open[fact.id] = fact;
  else delete accumulator.open[fact.id];
  return accumulator;
}

const result = ({ epoch, sequence, firstAt, lastAt, gaps, open }: Accumulator): ProducerState => ({
  epoch,
  sequence,
  firstAt: firstAt as EpochMs,
  lastAt: lastAt as EpochMs,
  gaps,
  open: Object.values(open),
});
