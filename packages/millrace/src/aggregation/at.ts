/**
 * When an event happened and where it stood: what first, last, collect and top put in order by.
 *
 * The task's moment is one. It changes with the next event, so what is kept of it is copied.
 */
export interface At {
  /** Event time, in ms. */
  readonly time: number;
  readonly source: string;
  readonly partition: number;
  readonly offset: number;
}

/** Something taken of an event, and where the event stood: plain data that is never changed. */
export interface Kept<V> extends At {
  readonly value: V;
}

export function keep<V>(value: V, { time, source, partition, offset }: At): Kept<V> {
  return { value, time, source, partition, offset };
}

/**
 * By event time, then by position: an order that arrival has no say in.
 *
 * Events that one event was spread into share time and position: neither is before the other, and
 * they stay in the order in which they were made.
 */
export function isBefore(one: At, other: At): boolean {
  if (one.time !== other.time) return one.time < other.time;
  if (one.source !== other.source) return one.source < other.source;
  if (one.partition !== other.partition) return one.partition < other.partition;
  return one.offset < other.offset;
}
