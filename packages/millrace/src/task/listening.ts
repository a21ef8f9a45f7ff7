import type { Clock } from '../port/clock.ts';
import type { Feed } from './feed.ts';
import { NumberedFeed } from './numbered-feed.ts';
import type { Reader } from './source.ts';
import type { Task } from './task.ts';

/** How often the frontier of an idle partition follows the clock. */
const IDLE_STEP_MS = 1000;
/** Slept for so much longer than was meant, the process was held up, and what came meanwhile is not taken in yet. */
const HELD_UP_MS = 500;

/** A partition that is being read. */
export interface Input {
  readonly feed: Feed;
  readonly reader: Reader<unknown>;
  /** Somebody waits for this reader to have something. */
  waiting: boolean;
  /** From when on its having nothing to give is not accounted for yet; monotonic. */
  since: number;
  /** When the clock may have something to say about it; monotonic. */
  due: number;
  /** It was held when it was looked at last. */
  held: boolean;
}

/**
 * Silence: that a source had nothing to give while somebody listened.
 *
 * It is what a clock may judge by: an out-of-order partition is idle when it was silent for so long in one
 * piece, a numbered producer is silent when its partition was for so long altogether since it was heard. Time
 * in which the process was not there, was held up, or was kept waiting by a sink, is no silence.
 */
export class Listening {
  readonly #inputs: Input[] = [];
  readonly #task: Task;
  readonly #clock: Clock;

  constructor(task: Task, clock: Clock) {
    this.#task = task;
    this.#clock = clock;
  }

  get inputs(): readonly Input[] {
    return this.#inputs;
  }

  open(feed: Feed, reader: Reader<unknown>): void {
    const since = this.#clock.monotonic();
    this.#inputs.push({ feed, reader, waiting: false, held: false, since, due: feed instanceof NumberedFeed ? since : since + feed.idleAfterMs });
  }

  /** It has nothing to give. */
  nothing(input: Input): void {
    const now = this.#clock.monotonic();
    input.waiting = true;
    input.since = now;
    input.due = input.feed instanceof NumberedFeed ? now : now + input.feed.idleAfterMs;
  }

  /** It has something again. */
  something(input: Input): void {
    const now = this.#clock.monotonic();
    this.#passOver(input, now);
    this.#account(input, now);
    input.waiting = false;
  }

  /** Lets the clock say what it has to say of partitions that have nothing to give. */
  followClock(now: number): void {
    for (const input of this.#inputs) {
      const { feed, waiting } = input;
      if (this.#passOver(input, now)) continue;
      if (!waiting || feed.ended || now < input.due) continue;
      this.#account(input, now);
      this.#task.idle(feed);
      input.due = now + (feed instanceof NumberedFeed ? Math.min(feed.verdictDueMs(), feed.roster.isDeserted ? IDLE_STEP_MS : Number.POSITIVE_INFINITY) : IDLE_STEP_MS);
    }
  }

  /** From `from` on nobody listened, because a sink kept the program waiting. */
  unheard(from: number): void {
    const now = this.#clock.monotonic();
    for (const input of this.#inputs) this.#shift(input, Math.min(now, input.since + now - from));
  }

  /** Woken, though `due` was when it should have been: if that is long ago, nobody listened. */
  woken(due: number): void {
    const now = this.#clock.monotonic();
    if (now - due > HELD_UP_MS) for (const input of this.#inputs) this.#shift(input, now);
  }

  /** When the clock may have something to say; Infinity: never. */
  due(): number {
    let due = Number.POSITIVE_INFINITY;
    for (const input of this.#inputs) if (this.#isHeard(input) && input.due < due) due = input.due;
    return due;
  }

  /** Whether the clock may have something to say of it. */
  #isHeard({ feed, waiting }: Input): boolean {
    return !feed.ended && !feed.holds.isStopped && (waiting || !feed.isInLead);
  }

  /** While a partition is held nobody listens to it. Whether it is. */
  #passOver(input: Input, now: number): boolean {
    const was = input.held;
    input.held = input.feed.holds.isStopped;
    if (was || input.held) this.#shift(input, now);
    return input.held;
  }

  /** What of its silence has not been counted begins later. */
  #shift(input: Input, since: number): void {
    input.due += since - input.since;
    input.since = since;
  }

  #account(input: Input, now: number): void {
    if (!(input.feed instanceof NumberedFeed)) return;
    input.feed.listenedMs += now - input.since;
    input.since = now;
  }
}
