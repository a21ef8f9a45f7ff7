import type { Message } from 'millrace';
import type { Answer } from './answer.ts';
import { batches } from './batches.ts';
import { measure, type Measured } from './measure.ts';
import { meteringEvent, type MeteringEvent } from './metering.ts';
import { nexmarkEvent, type NexmarkEvent } from './nexmark.ts';
import { messages } from './producers.ts';
import type { QueryName } from './workload.ts';

/*
 * Who answers which query. A query that the engine cannot answer yet has no line `millrace`; adding
 * that line is all it takes to measure it.
 *
 * What is not measured is not loaded: the engine is absent from the process of a hand-written loop.
 */

export type SideName = 'millrace' | 'hand';

/** What one side is to do. */
export type Task = {
  readonly events: number;
  /** The folder of the durable store; without it everything stays in memory. */
  readonly store?: string;
  /** All events are made before the clock starts, not while they are asked for. */
  readonly ready?: boolean;
};

type Answering<E> = (source: Iterable<readonly E[]>, store: string | undefined) => Answer | Promise<Answer>;
type Sides<E> = Readonly<Partial<Record<SideName, () => Promise<Answering<E>>>>>;
type Work = Readonly<Partial<Record<SideName, (task: Task) => Promise<Measured>>>>;

const m1: Work = reading<MeteringEvent>((events) => batches(events, meteringEvent), {
  millrace: async () => (await import('./query/m1.ts')).m1,
  hand: async () => (await import('./hand/m1.ts')).m1,
});

const work: Readonly<Record<QueryName, Work>> = {
  q0: onNexmark({
    millrace: async () => (await import('./query/q0.ts')).q0,
    hand: async () => (await import('./hand/q0.ts')).q0,
  }),
  q1: onNexmark({
    millrace: async () => (await import('./query/q1.ts')).q1,
    hand: async () => (await import('./hand/q1.ts')).q1,
  }),
  q2: onNexmark({
    millrace: async () => (await import('./query/q2.ts')).q2,
    hand: async () => (await import('./hand/q2.ts')).q2,
  }),
  q3: onNexmark({
    millrace: async () => (await import('./query/q3.ts')).q3,
    hand: async () => (await import('./hand/q3.ts')).q3,
  }),
  q4: onNexmark({
    millrace: async () => (await import('./query/q4.ts')).q4,
    hand: async () => (await import('./hand/q4.ts')).q4,
  }),
  q5: onNexmark({
    hand: async () => (await import('./hand/q5.ts')).q5,
  }),
  q7: onNexmark({
    millrace: async () => (await import('./query/q7.ts')).q7,
    hand: async () => (await import('./hand/q7.ts')).q7,
  }),
  q8: onNexmark({
    millrace: async () => (await import('./query/q8.ts')).q8,
    hand: async () => (await import('./hand/q8.ts')).q8,
  }),
  q11: onNexmark({
    hand: async () => (await import('./hand/q11.ts')).q11,
  }),
  q18: onNexmark({
    millrace: async () => (await import('./query/q18.ts')).q18,
    hand: async () => (await import('./hand/q18.ts')).q18,
  }),
  m1,
  m2: m1,
  'm1-producers': reading<Message<MeteringEvent>>(messages, {
    millrace: async () => (await import('./query/m1-producers.ts')).m1Producers,
  }),
  'm1-revise': reading<MeteringEvent>((events) => batches(events, meteringEvent), {
    millrace: async () => (await import('./query/m1-revise.ts')).m1Revise,
  }),
};

export function answers(query: QueryName, side: SideName): boolean {
  return work[query][side] !== undefined;
}

/** Measures one side of a query in this process. */
export async function measureSide(query: QueryName, side: SideName, task: Task): Promise<Measured> {
  const measured = work[query][side];
  if (measured !== undefined) return measured(task);
  throw new Error(side === 'hand' ? `${query} has no hand-written loop` : `the engine has no ${query} yet`);
}

function onNexmark(sides: Sides<NexmarkEvent>): Work {
  return reading((events) => batches(events, nexmarkEvent), sides);
}

function reading<E>(stream: (events: number) => Iterable<readonly E[]>, sides: Sides<E>): Work {
  const entries = Object.entries(sides).map(([side, load]) => [side, async ({ events, store, ready }: Task) => {
    const answer = await load();
    const source = stream(events);
    return measure(ready === true ? [...source] : source, (measured) => answer(measured, store));
  }]);
  return Object.fromEntries(entries) as Work;
}
