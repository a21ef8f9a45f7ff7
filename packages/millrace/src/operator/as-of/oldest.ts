import { END } from '../../time/frontier.ts';

/** The least of the times that are waited for: a heap of the distinct ones, each with how often it is. */
export class Oldest {
  readonly #counts = new Map<number, number>();
  readonly #heap: number[] = [];

  /** END where there is none. */
  get value(): number {
    const heap = this.#heap;
    while (heap.length > 0 && !this.#counts.has(heap[0] as number)) this.#removeFirst();
    return heap[0] ?? END;
  }

  add(time: number): void {
    const count = this.#counts.get(time) ?? 0;
    this.#counts.set(time, count + 1);
    if (count === 0) this.#insert(time);
  }

  remove(time: number): void {
    const count = this.#counts.get(time) ?? 0;
    if (count > 1) this.#counts.set(time, count - 1);
    else this.#counts.delete(time);
  }

  #insert(time: number): void {
    const heap = this.#heap;
    let at = heap.push(time) - 1;
    while (at > 0) {
      const parent = (at - 1) >> 1;
      if ((heap[parent] as number) <= time) break;
      heap[at] = heap[parent] as number;
      at = parent;
    }
    heap[at] = time;
  }

  #removeFirst(): void {
    const heap = this.#heap;
    const last = heap.pop() as number;
    if (heap.length === 0) return;
    let at = 0;
    for (;;) {
      let child = 2 * at + 1;
      if (child >= heap.length) break;
      if (child + 1 < heap.length && (heap[child + 1] as number) < (heap[child] as number)) child += 1;
      if ((heap[child] as number) >= last) break;
      heap[at] = heap[child] as number;
      at = child;
    }
    heap[at] = last;
  }
}
