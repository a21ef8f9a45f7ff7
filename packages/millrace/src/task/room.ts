import type { Clock } from '../port/clock.ts';
import { isFull } from './fullness.ts';
import type { Sleep } from './sleep.ts';
import type { Task } from './task.ts';

/** How long it waits before it tries again, in ms: at first, and at most. */
const PAUSE_MS_MIN = 1_000;
const PAUSE_MS_MAX = 30_000;

/** What ends the waiting. */
export interface Run {
  /** It is to stop: one more attempt is all there is time for. */
  isStopping(): boolean;
  /** What it has failed with meanwhile: nothing more is committed. */
  failure(): unknown;
}

/**
 * Commits, and where the store is full as soon as it is not: what was to be committed stays in memory, and is tried
 * again. Whoever asks meanwhile sees the commit before.
 */
export class Room {
  readonly #clock: Clock;
  readonly #sleep: Sleep;
  readonly #task: Task;

  constructor(clock: Clock, sleep: Sleep, task: Task) {
    this.#clock = clock;
    this.#sleep = sleep;
    this.#task = task;
    // The next commit, which is due soon, shows whether there is room for what the program has to keep.
    task.logs.fullness.noticed = () => {
      task.uncommitted += 1;
      sleep.wakeUp();
    };
  }

  /** A promise where it has to wait; it rejects with what the last attempt says, or with the failure of the run. */
  commit(commit: () => void, run: Run): Promise<void> | undefined {
    try {
      commit();
      return undefined;
    } catch (error) {
      if (!isFull(error)) throw error;
      return this.#whenThereIs(error, commit, run);
    }
  }

  async #whenThereIs(failure: unknown, commit: () => void, run: Run): Promise<void> {
    const { fullness } = this.#task.logs;
    for (let pauseMs = PAUSE_MS_MIN; ; pauseMs = Math.min(PAUSE_MS_MAX, 2 * pauseMs)) {
      if (!isFull(failure) || run.isStopping()) throw failure;
      fullness.began(failure);
      await this.#pause(pauseMs, run);
      if (run.failure() !== undefined) throw run.failure();
      try {
        commit();
        fullness.ended();
        return;
      } catch (error) {
        failure = error;
      }
    }
  }

  async #pause(ms: number, { isStopping, failure }: Run): Promise<void> {
    const release = this.#clock.hold?.();
    const end = this.#clock.monotonic() + ms;
    for (let now = end - ms; now < end && !isStopping() && failure() === undefined; now = this.#clock.monotonic()) {
      this.#sleep.look();
      await this.#sleep.forMs(end - now);
    }
    release?.();
  }
}
