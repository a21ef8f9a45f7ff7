import type { Clock } from '../port/clock.ts';

/** A clock that stands still until it is moved, and runs what is to be done soon when it is told to. */
export class HandClock implements Clock {
  #now: number;
  #soon: (() => void)[] = [];
  readonly #after = new Set<{ readonly at: number; readonly task: () => void }>();

  constructor(now = 1000) {
    this.#now = now;
  }

  now(): number {
    return this.#now;
  }

  monotonic(): number {
    return this.#now;
  }

  yield(): Promise<void> {
    return new Promise((resolve) => {
      setImmediate(resolve);
    });
  }

  soon(task: () => void): void {
    this.#soon.push(task);
  }

  after(ms: number, task: () => void): () => void {
    const entry = { at: this.#now + ms, task };
    this.#after.add(entry);
    return () => this.#after.delete(entry);
  }

  /** How much there is to be done soon. */
  get waiting(): number {
    return this.#soon.length;
  }

  /** Does what was to be done soon. */
  settle(): void {
    const tasks = this.#soon;
    this.#soon = [];
    for (const task of tasks) task();
  }

  /** Moves on, and does what is due by then. */
  move(ms: number): void {
    this.#now += ms;
    for (const entry of this.#after) {
      if (entry.at > this.#now) continue;
      this.#after.delete(entry);
      entry.task();
    }
  }
}
