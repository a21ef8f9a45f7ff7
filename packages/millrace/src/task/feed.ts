import { reasonOf } from '../reason.ts';
import { ASSUMED, ENDED, type Evidence } from '../time/evidence.ts';
import { END, type Frontier } from '../time/frontier.ts';
import type { Message } from '../time/producers/message.ts';
import type { MissingOfPartition } from '../time/producers/missing.ts';
import { TIME_MAX } from '../time/time-max.ts';
import { BrokerPositions } from './broker-positions.ts';
import type { Decision } from './decision.ts';
import { isOfTheProgram } from './event-failure.ts';
import type { FeedHoldsSnapshot } from './feed-holds.ts';
import type { HoldWaits } from './hold.ts';
import { REFUSED } from './intake.ts';
import type { Moment } from './moment.ts';
import { type FeedOptions, Records } from './records.ts';
import type { BadInput, Batch, Json } from './source.ts';

/**
 * Brings one partition into the program: checks each event's time, moves the frontier, pushes.
 *
 * The frontier moves before the event is pushed, event by event, so where batches end changes nothing.
 * Between two batches events + bad = offset.
 */
export class Feed extends Records {
  readonly frontier: Frontier;
  ended = false;
  /** Not read, because it is too far in front of the other sources. */
  isInLead = false;
  cursor: Json | undefined = undefined;
  /** Whether the broker gave all it had, where it tells its offsets. */
  readonly positions: BrokerPositions = new BrokerPositions();
  /** What of a batch was read, and is not taken because the partition is held. */
  rest: Batch<unknown> | undefined = undefined;
  /** How many records behind the cursor are taken already: those of a batch that a hold has cut. */
  taken = 0;
  /** How many of them come again, after a restart, and are passed over. */
  #again = 0;

  constructor(options: FeedOptions, moment: Moment) {
    super(options, moment);
    this.frontier = options.frontier;
  }

  take(whole: Batch<unknown>): void {
    const batch = this.unseen(whole);
    const { rows, arrival } = batch;
    const { time: timeOf, intake, boundMs, maxAheadMs, frontier, next, settler } = this.options;
    const moment = this.moment;
    const aheadMax = arrival + maxAheadMs;
    const timeMax = aheadMax < TIME_MAX ? aheadMax : TIME_MAX;
    moment.source = this.source;
    moment.partition = this.partition;
    moment.arrival = arrival;
    const first = this.offset;
    const anyPoisoned = this.poisoned.size > 0;
    // The time of the event before, which another one of the same time neither refuses nor moves.
    let last = Number.NaN;
    for (let i = 0; i < rows.length; i += 1) {
      if (moment.halted && this.cut(batch, i, first + i)) return;
      const raw = rows[i];
      moment.offset = first + i;
      moment.touched = false;
      try {
        let value = raw;
        if (intake !== undefined) {
          value = intake.admit(raw);
          if (value === REFUSED) {
            this.refusedByIntake(raw);
            continue;
          }
        }
        const time = timeOf(value);
        if (time !== last) {
          if (!(Number.isInteger(time) && time >= 0 && time <= timeMax)) {
            this.refuseTime(raw, time, timeMax);
            continue;
          }
          const promise = time - boundMs;
          if (promise > frontier.value) {
            // Nearly always a step. The first event goes the long way even so: what the compiler has never
            // seen called, it takes for impossible, and compiles all of this again when it happens.
            if (i > 0 && frontier.isStep(promise, ASSUMED)) frontier.value = promise;
            else frontier.advance(promise, ASSUMED);
          }
          last = time;
        }
        moment.time = time;
        if (anyPoisoned && this.isPoisoned(raw)) continue;
        next.push(value);
        if (settler.pending) settler.drain();
      } catch (error) {
        if (moment.touched || isOfTheProgram(error)) throw this.failure(error);
        this.threw(raw, reasonOf(error), this.options.policy.thrower(error));
      }
    }
    this.offset = first + rows.length;
    this.through(batch);
  }

  takeBad({ bad, arrival, cursor }: BadInput): void {
    if (this.#again > 0) this.#again -= 1;
    else {
      this.place(arrival);
      this.refuse(bad.reason, bad.message, bad.raw);
      this.offset += 1;
    }
    this.taken = this.#again;
    this.cursor = cursor;
  }

  /** Takes what a hold had kept of a batch. */
  takeRest(): void {
    const { rest } = this;
    this.rest = undefined;
    if (rest !== undefined) this.take(rest);
  }

  /** What of a batch has not been taken before a restart. */
  protected unseen(batch: Batch<unknown>): Batch<unknown> {
    if (this.#again === 0) return batch;
    const seen = Math.min(this.#again, batch.rows.length);
    this.#again -= seen;
    return { ...batch, rows: batch.rows.slice(seen) };
  }

  /** Whether the partition is held, so that what follows of the batch has to wait. */
  protected cut(batch: Batch<unknown>, at: number, offset: number): boolean {
    this.moment.halted = false;
    if (!this.holds.isStopped) return false;
    this.offset = offset;
    this.taken += at;
    this.rest = { rows: batch.rows.slice(at), arrival: batch.arrival, cursor: batch.cursor };
    return true;
  }

  /** A batch is taken, all of it. */
  protected through(batch: Batch<unknown>): void {
    this.taken = this.#again;
    this.cursor = batch.cursor;
  }

  /** Records that were events. */
  get events(): number {
    return this.offset - this.bad - this.holds.waiting;
  }

  get maxLeadMs(): number {
    return this.options.maxLeadMs;
  }

  get idleAfterMs(): number {
    return this.options.idleAfterMs;
  }

  /** What the clock says, once there has been nothing to read for `idleAfterMs`. */
  verdicts(now: number): readonly Decision[] {
    const to = now - this.options.boundMs - this.options.idleAfterMs;
    return to > this.frontier.value ? [{ kind: 'idle', to }] : [];
  }

  /** A clock or a person has decided. */
  decide(decision: Decision): void {
    if (decision.kind === 'idle') this.promise(decision.to, ASSUMED);
  }

  /** What is known to be missing. */
  missing(): readonly MissingOfPartition[] {
    const { count, lost: ranges } = this.positions;
    return count === 0 ? [] : [{ what: 'offsets', ranges, count }];
  }

  /** What it has to know of its holds besides them, and of a batch that one of them has cut. */
  held(): FeedSnapshot | undefined {
    const holds = this.holds.snapshot();
    return holds === undefined && this.taken === 0 ? undefined : { taken: this.taken, ...(holds !== undefined && { holds }) };
  }

  heldRestored({ taken, holds }: FeedSnapshot): void {
    this.taken = taken;
    this.#again = taken;
    if (holds !== undefined) this.holds.restored(holds);
  }

  /** What it has to know besides its position and its frontier: as JSON, kept in every commit. */
  snapshot(): Json | undefined {
    return undefined;
  }

  /** Position and frontier are as of the last commit; `messageAt` gives the messages of earlier decisions. */
  restored(_snapshot: unknown, _messageAt: (entry: number) => Message<unknown>): void {}

  /** Nothing more will come: the frontier goes to the end of time. */
  end(): void {
    this.ended = true;
    this.promise(END, ENDED);
  }

  /** It has ended, and nothing of it waits for a person. */
  get isOver(): boolean {
    return this.ended && this.frontier.value === END;
  }

  /** Nothing older than `to` will come. */
  promise(to: number, evidence: Evidence): void {
    this.place(this.moment.arrival);
    this.frontier.advance(to, evidence);
  }

  /** No hold keeps it from being read any more. */
  released(): void {}

  retry({ value: raw, arrival, offset }: HoldWaits, row: string, operator: string): void {
    const { time: timeOf, intake, boundMs, maxAheadMs, frontier, next, settler, policy } = this.options;
    const moment = this.moment;
    this.place(arrival);
    moment.offset = offset;
    moment.touched = false;
    const failure = policy.poisonedRows.get(row);
    if (failure !== undefined) return this.threw(raw, failure, operator);
    try {
      const value = intake === undefined ? raw : intake.admit(raw);
      if (value === REFUSED) return this.refusedByIntake(raw);
      const time = timeOf(value);
      const timeMax = Math.min(arrival + maxAheadMs, TIME_MAX);
      if (!(Number.isInteger(time) && time >= 0 && time <= timeMax)) return this.refuseTime(raw, time, timeMax);
      if (time - boundMs > frontier.value) frontier.advance(time - boundMs, ASSUMED);
      moment.time = time;
      next.push(value);
      if (settler.pending) settler.drain();
    } catch (error) {
      if (moment.touched || isOfTheProgram(error)) throw this.failure(error, row);
      this.threw(raw, reasonOf(error), policy.thrower(error));
    }
  }
}

/** As JSON in a commit. */
export interface FeedSnapshot {
  readonly taken: number;
  readonly holds?: FeedHoldsSnapshot;
}
