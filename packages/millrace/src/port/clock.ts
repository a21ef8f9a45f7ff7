import { holdProcess } from './process-hold.ts';
import { WallClock } from './wall-clock.ts';
import { warn } from './warning.ts';

/** Time and waiting, as the engine sees them. */
export interface Clock {
  /** Wall-clock ms since the Unix epoch, as far as the wall clock can be believed. */
  now(): number;
  /** Monotonic ms since some moment. */
  monotonic(): number;
  /** Resolves after other pending work of the process has had its turn. */
  yield(): Promise<void>;
  /** Runs `task` when the events at hand have been taken in. */
  soon(task: () => void): void;
  /** Runs `task` after `ms`, and does not keep the process alive for it; returns how to call it off. */
  after(ms: number, task: () => void): () => void;
  /** Keeps the process alive while somebody waits for something that only this clock brings; returns how to let it go. Where it is missing nothing is kept. */
  hold?(): () => void;
}

/** The longest that a timer of Node waits; a longer one would fire at once. */
const TIMER_MS_MAX = 2 ** 31 - 1;

const wall = new WallClock(() => Date.now(), () => performance.now(), (text) => warn('CLOCK_DOUBTED', text));

export const systemClock: Clock = Object.freeze({
  now: () => wall.now(),
  monotonic: () => performance.now(),
  yield: () => new Promise<void>((resolve) => setImmediate(resolve)),
  soon(task: () => void): void {
    setImmediate(task);
  },
  after(ms: number, task: () => void): () => void {
    let timer: NodeJS.Timeout;
    const wait = (left: number): void => {
      timer = left > TIMER_MS_MAX ? setTimeout(wait, TIMER_MS_MAX, left - TIMER_MS_MAX) : setTimeout(task, left);
      timer.unref();
    };
    wait(ms);
    return () => clearTimeout(timer);
  },
  hold: holdProcess,
});
