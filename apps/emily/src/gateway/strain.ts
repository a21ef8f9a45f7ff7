import { getHeapStatistics } from 'node:v8';

/** What is looked at, and how: a test brings its own. */
export type Gauges = {
  /** By how much the process came late to what it had to do since this was asked last, in ms: the median. */
  readonly lagMs: () => number;
  /** How much of the memory that JavaScript may have it has, from 0 to 1. */
  readonly heapShare: () => number;
  readonly stop: () => void;
};

/** From then on calls that are there take so long that more of them help nobody. */
export const LAG_MS_MAX = 500;
/** From then on the collection of garbage takes over, and at its end the process dies. */
export const HEAP_SHARE_MAX = 0.9;
const LOOK_EVERY_MS = 500;

/** Whether the process has so much to do, or so little memory left, that no call more is let in. */
export class Strain {
  /** Looked at twice a second: one long pause is over when it is seen. */
  isOver = false;
  readonly #gauges: Gauges;
  readonly #timer: NodeJS.Timeout;

  constructor(gauges: Gauges = ofProcess()) {
    this.#gauges = gauges;
    this.#timer = setInterval(() => this.look(), LOOK_EVERY_MS).unref();
  }

  look(): void {
    this.isOver = this.#gauges.lagMs() > LAG_MS_MAX || this.#gauges.heapShare() > HEAP_SHARE_MAX;
  }

  stop(): void {
    clearInterval(this.#timer);
    this.#gauges.stop();
  }
}

/** Has to be called so often, to see how late it is. */
const TICK_MS = 20;

function ofProcess(): Gauges {
  let late: number[] = [];
  let last = performance.now();
  const ticking = setInterval(() => {
    const now = performance.now();
    late.push(now - last - TICK_MS);
    last = now;
  }, TICK_MS).unref();
  return {
    lagMs: () => {
      const sorted = late.toSorted((a, b) => a - b);
      late = [];
      return sorted[sorted.length >> 1] ?? performance.now() - last - TICK_MS;
    },
    heapShare: () => {
      const { used_heap_size: used, heap_size_limit: limit } = getHeapStatistics();
      return used / limit;
    },
    stop: () => clearInterval(ticking),
  };
}
