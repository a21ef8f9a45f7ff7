import type { Clock } from '../../port/clock.ts';
import type { Chance } from './chance.ts';
import type { Timeline } from './timeline.ts';

/** How long a look at the clock may seem to take, in ms: how the time of a busy process passes. */
const LOOK_MS_MAX = 2;

/** What the code of a process that was killed is told by its disk. Nobody hears what it does then. */
export class Killed extends Error {
  constructor() {
    super('the simulated process was killed');
  }
}

/**
 * A process of the simulated world: it has a clock, and it ends at some moment without a word.
 *
 * What it had planned does not happen any more, and whatever it waits for fails, so that nothing of it is left
 * behind in the process that simulates it.
 */
export class Life {
  isAlive = true;
  readonly clock: Clock;
  readonly #timeline: Timeline;
  /** How to tell those that wait. */
  readonly #waiting = new Set<(killed: Killed) => void>();

  /** `wall`: what the wall clock is ahead of the time of the world, now. */
  constructor(timeline: Timeline, chance: Chance, wall: () => number) {
    const born = timeline.now;
    this.#timeline = timeline;
    this.clock = {
      now: () => timeline.now + wall(),
      monotonic: () => {
        if (this.isAlive) timeline.pass(chance.below(LOOK_MS_MAX));
        return timeline.now - born;
      },
      yield: () => this.wait(0),
      soon: (task) => void this.after(0, task),
      after: (ms, task) => this.after(ms, task),
    };
  }

  kill(): void {
    this.isAlive = false;
    const waiting = [...this.#waiting];
    this.#waiting.clear();
    for (const reject of waiting) reject(new Killed());
  }

  after(ms: number, task: () => void): () => void {
    return this.#timeline.after(ms, () => {
      if (this.isAlive) task();
    });
  }

  wait(ms: number): Promise<void> {
    if (!this.isAlive) return Promise.reject(new Killed());
    return new Promise((resolve, reject) => {
      this.#waiting.add(reject);
      this.after(ms, () => {
        this.#waiting.delete(reject);
        resolve();
      });
    });
  }
}
