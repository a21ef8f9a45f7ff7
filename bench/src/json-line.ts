import type { Order } from './arguments.ts';
import type { Outcome } from './carry-out.ts';
import { type Figures, ratio } from './compare.ts';

/** The outcome in one line for machines; seconds are seconds, and every ratio is of CPU times. */
export function jsonLine({ query, stream, store, events, repeat }: Order, outcome: Outcome): string {
  const { subject, hand, generator, m1 } = outcome;
  return JSON.stringify({
    query,
    store,
    events,
    ...listed(subject),
    ...hand && { hand: listed(hand), ratio: ratio(hand, subject) },
    ...m1 && { ofM1: ratio(m1, subject), m1: listed(m1) },
    ...hand && generator && { handOfGenerator: ratio(generator, hand), generator: listed(generator) },
    stream,
    repeat,
  });
}

function listed({ seconds, cpuSeconds, eventsPerSecond, rows, checksum, rssMb, spread }: Figures): object {
  return { seconds: micro(seconds), cpuSeconds: micro(cpuSeconds), eventsPerSecond, rows, checksum, rssMb, spread: micro(spread) };
}

const micro = (value: number): number => Math.round(value * 1e6) / 1e6;
