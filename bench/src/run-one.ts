import type { Answer } from './answer.ts';
import { drain } from './drain.ts';
import { measure, type Measured } from './measure.ts';
import { meteringEvent, type MeteringEvent } from './metering.ts';
import { nexmarkEvent, type NexmarkEvent } from './nexmark.ts';
import type { Run } from './run.ts';
import type { QueryName } from './workload.ts';

/*
 * The process of one run: reads a Run from its first argument, prints one line of JSON.
 *
 * What is not measured is not loaded: the engine is absent from the process of a hand-written loop.
 */

type Side = 'millrace' | 'hand';
type Answering<E> = (source: Iterable<readonly E[]>, store: string | undefined) => Answer | Promise<Answer>;
type Sides<E> = Readonly<Record<Side, () => Promise<Answering<E>>>>;

const nexmark: Readonly<Record<'q0' | 'q1' | 'q2' | 'q7', Sides<NexmarkEvent>>> = {
  q0: { millrace: async () => (await import('./query/q0.ts')).q0, hand: async () => (await import('./hand/q0.ts')).q0 },
  q1: { millrace: async () => (await import('./query/q1.ts')).q1, hand: async () => (await import('./hand/q1.ts')).q1 },
  q2: { millrace: async () => (await import('./query/q2.ts')).q2, hand: async () => (await import('./hand/q2.ts')).q2 },
  q7: { millrace: async () => (await import('./query/q7.ts')).q7, hand: async () => (await import('./hand/q7.ts')).q7 },
};
const metering: Sides<MeteringEvent> = {
  millrace: async () => (await import('./query/m1.ts')).m1,
  hand: async () => (await import('./hand/m1.ts')).m1,
};

function measured(run: Run): Promise<Measured> {
  return run.side === 'generator'
    ? measureGenerator(run.stream, run.events)
    : measureQuery(run.query, run.side, run.events, run.store);
}

function measureGenerator(stream: 'nexmark' | 'metering', events: number): Promise<Measured> {
  return stream === 'nexmark'
    ? measure(events, nexmarkEvent, (source) => drain(source, (event) => (event.kind === 'bid' ? event.price : event.id)))
    : measure(events, meteringEvent, (source) => drain(source, (event) => event.tokensIn + event.tokensOut));
}

async function measureQuery(query: QueryName, side: Side, events: number, store: string | undefined): Promise<Measured> {
  if (query === 'm1' || query === 'm2') {
    const answer = await metering[side]();
    return measure(events, meteringEvent, (source) => answer(source, store));
  }
  const answer = await nexmark[query][side]();
  return measure(events, nexmarkEvent, (source) => answer(source, store));
}

console.log(JSON.stringify(await measured(JSON.parse(process.argv[2] ?? '') as Run)));
