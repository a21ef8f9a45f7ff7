import type { Output } from '../operator/operator.ts';
import type { Duration } from '../time/duration.ts';
import { ASSUMED, ENDED, type Evidence } from '../time/evidence.ts';
import { END, type Frontier } from '../time/frontier.ts';
import { TIME_EXPECTED, TIME_MAX } from '../time/time-max.ts';
import type { Settler } from '../time/settler.ts';
import type { Message } from '../time/producers/message.ts';
import type { MissingOfPartition } from '../time/producers/missing.ts';
import { errors } from '../error.ts';
import { type BadRecord, rawText } from './bad-record.ts';
import { BrokerPositions } from './broker-positions.ts';
import type { Decision } from './decision.ts';
import { reasonOf, textOf } from '../reason.ts';
import { eventFailure, isOfTheProgram } from './event-failure.ts';
import { FeedHolds, type FeedHoldsSnapshot, type FeedPolicy, type HeldFeed } from './feed-holds.ts';
import type { HoldWaits } from './hold.ts';
import { type Intake, REFUSED } from './intake.ts';
import type { Moment } from './moment.ts';
import type { BadInput, BadReason, Batch, Json } from './source.ts';

/** What a feed needs to know of its source. */
export interface FeedOptions {
  readonly source: string;
  readonly partition: number;
  readonly time: (value: unknown) => number;
  /** Judges what comes, and brings it to what the stream is of; undefined: everything is taken as it is. */
  readonly intake?: Intake | undefined;
  readonly boundMs: Duration;
  /** After how long of silence the frontier follows the clock; Infinity: never. */
  readonly idleAfterMs: number;
  /** How far an event's time may be ahead of its arrival; Infinity switches the check off. */
  readonly maxAheadMs: number;
  readonly frontier: Frontier;
  readonly next: Output<unknown>;
  readonly settler: Settler;
  /** What is done about input that is wrong. */
  readonly policy: FeedPolicy;
  /** Takes what is set aside. */
  readonly bad: (record: BadRecord) => void;
}

/**
 * Brings one partition into the program: checks each event's time, moves the frontier, pushes.
 *
 * The frontier moves before the event is pushed, event by event, so where batches end changes nothing.
 * Records are counted from 0, bad ones included: events + bad = offset, between two batches.
 */
export class Feed implements HeldFeed {
  readonly source: string;
  readonly partition: number;
  readonly frontier: Frontier;
  offset = 0;
  bad = 0;
  ended = false;
  cursor: Json | undefined = undefined;
  /** Records whose processing failed: they are set aside instead of being pushed again. */
  readonly poisoned: Map<number, string> = new Map();
  /** Which operator failed on them, where that is known. */
  readonly throwers: Map<number, string> = new Map();
  /** Whether the broker gave all it had, where it tells its offsets. */
  readonly positions: BrokerPositions = new BrokerPositions();
  readonly holds: FeedHolds;
  /** What of a batch was read, and is not taken because the partition is held. */
  rest: Batch<unknown> | undefined = undefined;
  /** How many records behind the cursor are taken already: those of a batch that a hold has cut. */
  taken = 0;
  /** How many of them come again, after a restart, and are passed over. */
  #again = 0;
  readonly #options: FeedOptions;
  readonly #moment: Moment;

  constructor(options: FeedOptions, moment: Moment) {
    this.source = options.source;
    this.partition = options.partition;
    this.frontier = options.frontier;
    this.#options = options;
    this.#moment = moment;
    this.holds = new FeedHolds(options.policy, this, moment);
  }

  take(whole: Batch<unknown>): void {
    const batch = this.unseen(whole);
    const { rows, arrival } = batch;
    const { time: timeOf, intake, boundMs, maxAheadMs, frontier, next, settler } = this.#options;
    const moment = this.#moment;
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
            this.#refused(raw);
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
        if (anyPoisoned && this.#isPoisoned(raw)) continue;
        next.push(value);
        if (settler.pending) settler.drain();
      } catch (error) {
        if (moment.touched || isOfTheProgram(error)) throw this.failure(error);
        this.threw(raw, reasonOf(error), this.#options.policy.thrower(error));
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
    this.#moment.halted = false;
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

  get idleAfterMs(): number {
    return this.#options.idleAfterMs;
  }

  /** What the clock says, once there has been nothing to read for `idleAfterMs`. */
  verdicts(now: number): readonly Decision[] {
    const to = now - this.#options.boundMs - this.#options.idleAfterMs;
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

  /** Nothing older than `to` will come. */
  promise(to: number, evidence: Evidence): void {
    this.place(this.#moment.arrival);
    this.frontier.advance(to, evidence);
  }

  /** What happens now, happens here, between two records. */
  place(arrival: number): void {
    this.#moment.source = this.source;
    this.#moment.partition = this.partition;
    this.#moment.arrival = arrival;
    this.#moment.offset = this.offset;
  }

  /** A row that this partition's event or frontier had made could not be processed; it is no record of its own. */
  setAside(reason: BadReason, message: string, raw: unknown, arrival: number): void {
    const { source, partition } = this;
    const { offset } = this.#moment;
    this.#options.bad({ source, partition, offset, arrival, reason, message, raw: rawText(raw) });
  }

  /** Sets aside a record that the intake refuses. */
  #refused(raw: unknown): void {
    const { reason, message } = this.#options.intake as Intake;
    this.refuse(reason, message, raw);
  }

  /** Sets aside a record whose time cannot be. */
  refuseTime(value: unknown, time: number, timeMax: number): void {
    if (Number.isInteger(time) && time > timeMax && time <= TIME_MAX) {
      const ahead = time - this.#moment.arrival;
      const message = `its time ${time} is ${ahead} ms ahead of its arrival; at most ${this.#options.maxAheadMs} ms are taken`;
      return this.refuse('future-time', message, value);
    }
    this.refuse('bad-time', `its time is ${textOf(time)}; expected ${TIME_EXPECTED}`, value);
  }

  /** No hold keeps it from being read any more. */
  released(): void {}

  retry({ value: raw, arrival, offset }: HoldWaits, row: string, operator: string): void {
    const { time: timeOf, intake, boundMs, maxAheadMs, frontier, next, settler, policy } = this.#options;
    const moment = this.#moment;
    this.place(arrival);
    moment.offset = offset;
    moment.touched = false;
    const failure = policy.poisonedRows.get(row);
    if (failure !== undefined) return this.threw(raw, failure, operator);
    try {
      const value = intake === undefined ? raw : intake.admit(raw);
      if (value === REFUSED) return this.#refused(raw);
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

  discard({ value, arrival, offset }: HoldWaits, reason: string, isRecord: boolean): void {
    this.place(arrival);
    this.#moment.offset = offset;
    if (isRecord) this.bad += 1;
    this.setAside('threw', reason, value, arrival);
  }

  /** A function threw on a record, and nothing had been changed. */
  protected threw(raw: unknown, reason: string, operator: string): void {
    const { onThrow } = this.#options.policy;
    if (onThrow === 'stop') throw this.#stopped(reason, operator);
    if (onThrow === 'hold') this.holds.threw(raw, rawText(raw), operator, reason);
    else this.refuse('threw', reason, raw);
  }

  /** A function threw when something had been changed already. */
  protected failure(error: unknown, row?: string): Error {
    const { onThrow, thrower } = this.#options.policy;
    if (onThrow === 'stop' && !isOfTheProgram(error)) return this.#stopped(reasonOf(error), thrower(error), error);
    return eventFailure(this.#moment, error, row, thrower(error));
  }

  #stopped(reason: string, operator: string, cause?: unknown): Error {
    const { source, partition, offset } = this.#moment;
    return errors.FUNCTION_THREW({ source, partition, offset, operator: operator === '' ? 'a function' : operator, reason }, cause);
  }

  /** A row that a timer made failed. */
  rowThrew(row: string, value: unknown, reason: string, operator: string): void {
    const { onThrow } = this.#options.policy;
    if (onThrow === 'stop') throw this.#stopped(reason, operator);
    if (onThrow === 'hold') this.holds.rowThrew(row, { raw: rawText(value), message: reason }, operator);
    else this.setAside('threw', reason, value, this.#moment.arrival);
  }

  /** Sets aside a record that has failed before; its time still moves the frontier, as if it had failed untouched. */
  #isPoisoned(value: unknown): boolean {
    const failure = this.poisoned.get(this.#moment.offset);
    if (failure !== undefined) this.threw(value, failure, this.throwers.get(this.#moment.offset) ?? '');
    return failure !== undefined;
  }

  /** Sets aside a record: it is no event. */
  refuse(reason: BadReason, message: string, raw: unknown): void {
    this.bad += 1;
    this.setAside(reason, message, raw, this.#moment.arrival);
    this.holds.setAside(this.#moment.offset, message);
  }
}

/** As JSON in a commit. */
export interface FeedSnapshot {
  readonly taken: number;
  readonly holds?: FeedHoldsSnapshot;
}
