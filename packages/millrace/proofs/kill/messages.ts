/** What happens outside, each once. */
export interface Event {
  readonly id: number;
  readonly at: number;
  readonly key: string;
  readonly value: number;
}

/** Events to be counted, or that there are no more. */
export type ToChild = readonly Event[] | 'end';

/** It has recovered, or these events are durable. */
export type FromChild = 'ready' | { readonly durable: readonly number[] };
