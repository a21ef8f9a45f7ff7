import type { EventId } from '../../operator/dedupe/id-bytes.ts';

/**
 * Whether all events of one id have one time, as repetitions do. Where an id comes with several, which of its events
 * are repetitions rests on which of them came first.
 *
 * A source is asked for the time of an event right before it is pushed, and the id is asked for while it is.
 */
export class IdTimes {
  areUnambiguous = true;
  #time = 0;
  readonly #times = new Map<string, number>();

  watchedTime(time: (value: unknown) => number): (value: unknown) => number {
    return (value) => (this.#time = time(value));
  }

  watchedId(node: number, eventId: (value: unknown) => EventId): (value: unknown) => EventId {
    return (value) => {
      const id = eventId(value);
      const name = `${node} ${String(id)}`;
      if ((this.#times.get(name) ?? this.#time) !== this.#time) this.areUnambiguous = false;
      this.#times.set(name, this.#time);
      return id;
    };
  }
}
