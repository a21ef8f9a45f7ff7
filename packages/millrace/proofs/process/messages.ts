/** The windows that the program counts in, in ms of event time. */
export const WINDOW_MS = 50;

/** What happens outside, each once. */
export interface Event {
  readonly id: number;
  readonly at: number;
  readonly key: string;
  readonly value: number;
}

/** Events to be counted, or that there are no more. */
export type ToChild = readonly Event[] | 'end';

/** It has recovered, or these events are durable, and what its clock says. */
export type FromChild = 'ready' | { readonly durable: readonly number[]; readonly clock: number };
