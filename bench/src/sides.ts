import type { Message } from 'millrace';
import type { Answer } from './answer.ts';
import { batches } from './batches.ts';
import { measure, type Measured } from './measure.ts';
import { meteringEvent, type MeteringEvent } from './metering.ts';
import { nexmarkEvent, type NexmarkEvent } from './nexmark.ts';
import { carried, messages } from './producers.ts';
import type { QueryName } from './workload.ts';

/*
 * Who answers which query: the engine all of them, a hand-written loop most.
 *
 * What is not measured is not loaded: the engine is absent from the process of a hand-written loop.
 */

export type SideName = 'millrace' | 'hand';

/** What one side is to do. */
export type Task = {
  readonly events: number;
  /** The folder of the durable store; without it everything stays in memory. */
  readonly store?: string;
  /** Of m1: its events come in the messages of m1-producers, whose numbers nobody looks at. */
  readonly inMessages?: boolean;
};

type Answering<E> = (source: Iterable<readonly E[]>, store: string | undefined) => Answer | Promise<Answer>;
type BySide<Side> = { readonly millrace: Side; readonly hand?: Side };
type Sides<E> = BySide<() => Promise<Answering<E>>>;
type Work = BySide<(task: Task) => Promise<Measured>>;

const m1: Work = reading<MeteringEvent>((events) => batches(events, meteringEvent), {
  millrace: async () => (await import('./query/m1.ts')).m1,
  hand: async () => (await import('./hand/m1.ts')).m1,
});

const inMessages: Work = reading<Message<MeteringEvent>>(messages, {
  millrace: async () => {
    const { m1: answer } = await import('./query/m1.ts');
    return (source, store) => answer(carried(source), store);
  },
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
    millrace: async () => (await import('./query/q5.ts')).q5,
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
    millrace: async () => (await import('./query/q11.ts')).q11,
    hand: async () => (await import('./hand/q11.ts')).q11,
  }),
  q18: onNexmark({
    millrace: async () => (await import('./query/q18.ts')).q18,
    hand: async () => (await import('./hand/q18.ts')).q18,
  }),
  m1: { ...m1, millrace: (task) => (task.inMessages === true ? inMessages : m1).millrace(task) },
  m2: m1,
  'm1-producers': reading<Message<MeteringEvent>>(messages, {
    millrace: async () => (await import('./query/m1-producers.ts')).m1Producers,
  }),
  'm1-revise': reading<MeteringEvent>((events) => batches(events, meteringEvent), {
    millrace: async () => (await import('./query/m1-revise.ts')).m1Revise,
  }),
};

export function hasLoop(query: QueryName): boolean {
  return work[query].hand !== undefined;
}

/** Measures one side of a query in this process. */
export async function measureSide(query: QueryName, side: SideName, task: Task): Promise<Measured> {
  const measured = work[query][side];
  if (measured === undefined) throw new Error(`${query} has no hand-written loop`);
  return measured(task);
}

function onNexmark(sides: Sides<NexmarkEvent>): Work {
  return reading((events) => batches(events, nexmarkEvent), sides);
}

function reading<E>(stream: (events: number) => Iterable<readonly E[]>, sides: Sides<E>): Work {
  const measuring = (load: () => Promise<Answering<E>>) => async ({ events, store }: Task): Promise<Measured> => {
    const answer = await load();
    return measure(stream(events), (measured) => answer(measured, store));
  };
  const { millrace, hand } = sides;
  return { millrace: measuring(millrace), ...(hand !== undefined && { hand: measuring(hand) }) };
}
