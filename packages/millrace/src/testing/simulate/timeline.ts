import { systemClock } from '../../port/clock.ts';

interface Entry {
  readonly at: number;
  /** Of one moment, what was planned first comes first. */
  readonly order: number;
  readonly task: () => void;
}

/**
 * The time of a simulated world, in ms, and what is to happen in it.
 *
 * Time passes only from one thing that is planned to the next, or where somebody says that it took some. What
 * waits for nothing but its turn is let through in between, so two runs that plan the same are the same.
 */
export class Timeline {
  now = 0;
  /** A binary heap by (at, order). */
  readonly #planned: Entry[] = [];
  #order = 0;

  /** Plans something for `ms` from now; returns how to call it off. */
  after(ms: number, task: () => void): () => void {
    let isOff = false;
    const entry = { at: this.now + ms, order: this.#order, task: () => void (isOff || task()) };
    this.#order += 1;
    this.#add(entry);
    return () => {
      isOff = true;
    };
  }

  /** Time passes without anything happening: what was planned meanwhile happens late. */
  pass(ms: number): void {
    this.now += ms;
  }

  /** Lets everything through that waits for its turn only, then what is planned next. False: nothing is. */
  async step(): Promise<boolean> {
    await systemClock.yield();
    const next = this.#take();
    if (next === undefined) return false;
    this.now = Math.max(this.now, next.at);
    next.task();
    await systemClock.yield();
    return true;
  }

  #add(entry: Entry): void {
    const heap = this.#planned;
    let at = heap.push(entry) - 1;
    for (let parent = (at - 1) >> 1; at > 0 && isBefore(entry, heap[parent] as Entry); parent = (at - 1) >> 1) {
      heap[at] = heap[parent] as Entry;
      at = parent;
    }
    heap[at] = entry;
  }

  #take(): Entry | undefined {
    const heap = this.#planned;
    const [first] = heap;
    const last = heap.pop();
    if (first === undefined || last === undefined || heap.length === 0) return first;
    let at = 0;
    for (;;) {
      let child = 2 * at + 1;
      if (child >= heap.length) break;
      if (child + 1 < heap.length && isBefore(heap[child + 1] as Entry, heap[child] as Entry)) child += 1;
      if (!isBefore(heap[child] as Entry, last)) break;
      heap[at] = heap[child] as Entry;
      at = child;
    }
    heap[at] = last;
    return first;
  }
}

const isBefore = (one: Entry, other: Entry): boolean => one.at < other.at || (one.at === other.at && one.order < other.order);
