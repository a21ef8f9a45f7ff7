/** The most events in one batch: what a source hands to the engine at once. */
export const batchEventsMax = 512;

/**
 * The first `events` events of a stream, in batches, made while they are asked for.
 *
 * The engine's source and the hand-written loops both take exactly these, so that no loop wins by
 * never building its events.
 */
export function* batches<E>(events: number, eventAt: (n: number) => E): Generator<readonly E[], void, undefined> {
  for (let from = 0; from < events; from += batchEventsMax) {
    yield fill(from, Math.min(from + batchEventsMax, events), eventAt);
  }
}

function fill<E>(from: number, to: number, eventAt: (n: number) => E): E[] {
  const batch: E[] = [];
  for (let n = from; n < to; n++) batch.push(eventAt(n));
  return batch;
}
