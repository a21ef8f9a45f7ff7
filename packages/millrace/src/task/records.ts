import { errors } from '../error.ts';
import type { Output } from '../operator/operator.ts';
import { reasonOf, textOf } from '../reason.ts';
import type { Duration } from '../time/duration.ts';
import type { Frontier } from '../time/frontier.ts';
import type { Settler } from '../time/settler.ts';
import { TIME_EXPECTED, TIME_MAX } from '../time/time-max.ts';
import { type BadRecord, rawText } from './bad-record.ts';
import { eventFailure, isOfTheProgram } from './event-failure.ts';
import { FeedHolds, type FeedPolicy, type HeldFeed } from './feed-holds.ts';
import type { HoldWaits } from './hold.ts';
import type { Intake } from './intake.ts';
import type { Moment } from './moment.ts';
import type { BadReason } from './source.ts';

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
  /** How far its frontier may be in front of those of other sources before it waits; Infinity: it does not. */
  readonly maxLeadMs: number;
  readonly frontier: Frontier;
  readonly next: Output<unknown>;
  readonly settler: Settler;
  /** What is done about input that is wrong. */
  readonly policy: FeedPolicy;
  /** Takes what is set aside. */
  readonly bad: (record: BadRecord) => void;
}

/**
 * The records of one partition, and what becomes of those that cannot be processed.
 *
 * They are counted from 0, bad ones included.
 */
export abstract class Records implements HeldFeed {
  readonly source: string;
  readonly partition: number;
  offset = 0;
  bad = 0;
  /** Records whose processing failed: they are set aside instead of being pushed again. */
  readonly poisoned: Map<number, string> = new Map();
  /** Which operator failed on them, where that is known. */
  readonly throwers: Map<number, string> = new Map();
  readonly holds: FeedHolds;
  protected readonly options: FeedOptions;
  protected readonly moment: Moment;

  constructor(options: FeedOptions, moment: Moment) {
    this.source = options.source;
    this.partition = options.partition;
    this.options = options;
    this.moment = moment;
    this.holds = new FeedHolds(options.policy, this, moment);
  }

  abstract retry(waits: HoldWaits, row: string, operator: string): void;

  /** What happens now, happens here, between two records. */
  place(arrival: number): void {
    this.moment.source = this.source;
    this.moment.partition = this.partition;
    this.moment.arrival = arrival;
    this.moment.offset = this.offset;
  }

  /** A row that this partition's event or frontier had made could not be processed; it is no record of its own. */
  setAside(reason: BadReason, message: string, raw: unknown, arrival: number): void {
    const { source, partition } = this;
    const { offset } = this.moment;
    this.options.bad({ source, partition, offset, arrival, reason, message, raw: rawText(raw) });
  }

  /** Sets aside a record that the intake refuses. */
  protected refusedByIntake(raw: unknown): void {
    const { reason, message } = this.options.intake as Intake;
    this.refuse(reason, message, raw);
  }

  /** Sets aside a record whose time cannot be. */
  refuseTime(value: unknown, time: number, timeMax: number): void {
    const { reason, message } = this.timeFlaw(time, timeMax);
    this.refuse(reason, message, value);
  }

  /** Why a time cannot be that of an event. */
  protected timeFlaw(time: number, timeMax: number): { readonly reason: BadReason; readonly message: string } {
    const isAhead = Number.isInteger(time) && time > timeMax && time <= TIME_MAX;
    if (!isAhead) return { reason: 'bad-time', message: `its time is ${textOf(time)}; expected ${TIME_EXPECTED}` };
    const ahead = time - this.moment.arrival;
    return { reason: 'future-time', message: `its time ${time} is ${ahead} ms ahead of its arrival; at most ${this.options.maxAheadMs} ms are taken` };
  }

  discard({ value, arrival, offset }: HoldWaits, reason: string, isRecord: boolean): void {
    this.place(arrival);
    this.moment.offset = offset;
    if (isRecord) this.bad += 1;
    this.setAside('threw', reason, value, arrival);
  }

  /** A function threw on a record, and nothing had been changed. */
  protected threw(raw: unknown, reason: string, operator: string): void {
    const { onThrow } = this.options.policy;
    if (onThrow === 'stop') throw this.#stopped(reason, operator);
    if (onThrow === 'hold') this.holds.threw(raw, rawText(raw), operator, reason);
    else this.refuse('threw', reason, raw);
  }

  /** A function threw when something had been changed already. */
  failure(error: unknown, row?: string): Error {
    const { onThrow, thrower } = this.options.policy;
    if (onThrow === 'stop' && !isOfTheProgram(error)) return this.#stopped(reasonOf(error), thrower(error), error);
    return eventFailure(this.moment, error, row, thrower(error));
  }

  #stopped(reason: string, operator: string, cause?: unknown): Error {
    const { source, partition, offset } = this.moment;
    return errors.FUNCTION_THREW({ source, partition, offset, operator: operator === '' ? 'a function' : operator, reason }, cause);
  }

  /** A row that a timer made failed. */
  rowThrew(row: string, value: unknown, reason: string, operator: string): void {
    const { onThrow } = this.options.policy;
    if (onThrow === 'stop') throw this.#stopped(reason, operator);
    if (onThrow === 'hold') this.holds.rowThrew(row, { raw: rawText(value), message: reason }, operator);
    else this.setAside('threw', reason, value, this.moment.arrival);
  }

  /** Sets aside a record that has failed before; its time still moves the frontier, as if it had failed untouched. */
  protected isPoisoned(value: unknown): boolean {
    const failure = this.poisoned.get(this.moment.offset);
    if (failure !== undefined) this.threw(value, failure, this.throwers.get(this.moment.offset) ?? '');
    return failure !== undefined;
  }

  /** Sets aside a record: it is no event. */
  refuse(reason: BadReason, message: string, raw: unknown): void {
    this.bad += 1;
    this.setAside(reason, message, raw, this.moment.arrival);
    this.holds.setAside(this.moment.offset, message);
  }
}
