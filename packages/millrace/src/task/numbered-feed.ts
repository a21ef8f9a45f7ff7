import { assert } from '../assert.ts';
import { ASSUMED, DECLARED, ENDED, type Evidence, PROVED, combined } from '../time/evidence.ts';
import { END } from '../time/frontier.ts';
import { TIME_MAX } from '../time/time-max.ts';
import type { Sequences } from '../time/completeness.ts';
import type { ProducerHoldChoice } from '../time/producers/hold.ts';
import { type Message, messageFlaw } from '../time/producers/message.ts';
import { type MissingOfPartition, missingOf } from '../time/producers/missing.ts';
import { Roster, type RosterSnapshot } from '../time/producers/roster.ts';
import { BEYOND_LIMIT, CONTRADICTED, EVENT, HEARD, REPEATED, UNKNOWN, type Verdict } from '../time/producers/verdict.ts';
import type { Decision } from './decision.ts';
import { reasonOf } from '../reason.ts';
import { isOfTheProgram } from './event-failure.ts';
import { Feed } from './feed.ts';
import type { HoldWaits } from './hold.ts';
import { type Intake, REFUSED as REFUSED_VALUE } from './intake.ts';
import type { Moment } from './moment.ts';
import { type NumberedCounts, type NumberedOptions, noCounts } from './numbered-options.ts';
import { silenceDueMs, silences } from './silences.ts';
import type { Batch, Json } from './source.ts';

interface Snapshot extends NumberedCounts {
  readonly roster: RosterSnapshot;
}

/** It was set aside before the roster saw it. */
const REFUSED: Verdict = -1;

/**
 * Brings one partition of numbered messages into the program: its events are pushed, and what its producers
 * prove moves the frontier.
 *
 * An event is pushed before the frontier moves: the promise that it may complete was made after it.
 */
export class NumberedFeed extends Feed {
  readonly complete: Sequences;
  roster: Roster;
  /** How long the source has been listened to while it had nothing to give; told by the loop. */
  listenedMs = 0.5;
  readonly #numbered: NumberedOptions;
  #counts: { -readonly [Name in keyof NumberedCounts]: number } = { ...noCounts };
  /** What contradicted, until somebody has decided: by hold. */
  readonly #waiting = new Map<number, Message<unknown>>();

  constructor(options: NumberedOptions, moment: Moment) {
    super(options, moment);
    this.complete = options.complete;
    this.#numbered = options;
    this.roster = this.#newRoster();
  }

  get counts(): NumberedCounts {
    return this.#counts;
  }

  override get events(): number {
    return this.#counts.events;
  }

  override take(whole: Batch<unknown>): void {
    const batch = this.unseen(whole);
    const { rows, arrival } = batch;
    const { maxAheadMs, intake, time: timeOf } = this.#numbered;
    const moment = this.moment;
    const { roster } = this;
    const timeMax = Math.min(arrival + maxAheadMs, TIME_MAX);
    this.place(arrival);
    for (let i = 0; i < rows.length; i += 1) {
      if (moment.halted && this.cut(batch, i, this.offset)) return;
      const message = rows[i] as Message<unknown>;
      moment.offset = this.offset;
      moment.touched = false;
      let time = Number.NaN;
      let failure: unknown;
      let value: unknown;
      if (typeof message === 'object' && message !== null && message.kind === 'event') {
        value = message.value;
        try {
          if (intake !== undefined) value = intake.admit(value);
          if (intake === undefined || value !== REFUSED_VALUE) time = timeOf(value);
        } catch (error) {
          if (isOfTheProgram(error)) throw error;
          failure = error;
        }
      }
      const isTime = Number.isInteger(time) && time >= 0 && time <= timeMax;
      const verdict = isTime && roster.takeNext(message, time, this.listenedMs) ? EVENT : this.#judge(message, isTime ? time : Number.NaN);
      if (verdict !== EVENT) this.#noEvent(verdict, message);
      else if (isTime) this.#push(message, value, time);
      else if (intake !== undefined && value === REFUSED_VALUE) this.refuse(intake.reason, intake.message, message);
      else if (failure === undefined) this.refuseTime(message, time, timeMax);
      else this.threw(message, reasonOf(failure), this.#numbered.policy.thrower(failure));
      this.offset += 1;
      if (roster.moved) this.#move();
    }
    this.through(batch);
  }

  override decide(decision: Decision): void {
    const { roster } = this;
    const { arrival } = this.moment;
    this.place(arrival);
    roster.frontier = this.frontier.value;
    if (decision.kind === 'silent') roster.silence(decision.producer, this.complete.onSilent, arrival);
    else if (decision.kind === 'lost') roster.lose(decision.producer, decision.until, decision.evidence === 'declared' ? DECLARED : ASSUMED);
    else if (decision.kind === 'clock') this.promise(decision.to, ASSUMED);
    else if (decision.kind === 'resolved') this.#resolve(decision.hold, decision.choice as ProducerHoldChoice, decision.until);
    this.place(arrival);
    if (roster.moved) this.#move();
  }

  /** What a hold kept back of promises counts now. */
  override released(): void {
    this.place(this.moment.arrival);
    this.roster.frontier = this.frontier.value;
    this.#move();
  }

  override verdicts(now: number): readonly Decision[] {
    return silences(this, now);
  }

  verdictDueMs(): number {
    return silenceDueMs(this);
  }

  /** The end waits for who has to decide on a contradiction. */
  override end(): void {
    this.ended = true;
    this.place(this.moment.arrival);
    this.#move();
  }

  /** The frontier goes on without the word of a producer. */
  override promise(to: number, evidence: Evidence): void {
    this.place(this.moment.arrival);
    this.roster.follow(this.frontier.value, to);
    this.#advance(to, evidence);
  }

  override missing(): readonly MissingOfPartition[] {
    return [...missingOf(this.roster.producers.values()), ...super.missing()];
  }

  override snapshot(): Json {
    return JSON.parse(JSON.stringify({ ...this.#counts, roster: this.roster.snapshot() } satisfies Snapshot)) as Json;
  }

  override restored(stored: unknown, messageAt: (entry: number) => Message<unknown>): void {
    if (stored !== undefined) {
      const { roster, ...counts } = stored as Snapshot;
      this.#counts = { ...noCounts, ...counts };
      this.roster = this.#newRoster(roster);
      for (const { id, entry } of this.roster.holds) if (entry !== null) this.#waiting.set(id, messageAt(entry));
    }
    this.roster.frontier = this.frontier.value;
  }

  /** The event of a message that waited is tried again; the roster has it already. */
  override retry({ value: waiting, arrival, offset }: HoldWaits, row: string, operator: string): void {
    const message = waiting as Message<unknown>;
    const { intake, policy, maxAheadMs } = this.#numbered;
    const moment = this.moment;
    this.place(arrival);
    moment.offset = offset;
    moment.touched = false;
    const failure = policy.poisonedRows.get(row);
    if (failure !== undefined || message.kind !== 'event') return this.threw(message, failure ?? '', operator);
    try {
      const value = intake === undefined ? message.value : intake.admit(message.value);
      if (value === REFUSED_VALUE) return this.refuse((intake as Intake).reason, (intake as Intake).message, message);
      const time = this.#numbered.time(value);
      const timeMax = Math.min(arrival + maxAheadMs, TIME_MAX);
      if (!(Number.isInteger(time) && time >= 0 && time <= timeMax)) return this.refuseTime(message, time, timeMax);
      this.#pass(value, time);
    } catch (error) {
      if (moment.touched || isOfTheProgram(error)) throw this.failure(error, row);
      this.threw(message, reasonOf(error), policy.thrower(error));
    }
  }

  #newRoster(stored?: RosterSnapshot): Roster {
    const { roster: expected, onUnknown } = this.complete;
    const roster = new Roster({ expected, onUnknown, nextHold: () => this.#numbered.policy.book.nextId() }, stored);
    this.frontier.doubts = roster.doubts;
    return roster;
  }

  /** What becomes of a message that is not simply the next. */
  #judge(message: Message<unknown>, time: number): Verdict {
    const { arrival } = this.moment;
    const flaw = messageFlaw(message);
    if (flaw !== undefined) this.refuse('malformed', `it ${flaw}`, message);
    else if (message.kind === 'heartbeat' && message.promise > arrival + this.#numbered.maxAheadMs) {
      const ahead = message.promise - arrival;
      this.refuse('future-time', `its promise ${message.promise} is ${ahead} ms ahead of its arrival; at most ${this.#numbered.maxAheadMs} ms are taken`, message);
    } else return this.roster.take(message, time, arrival, this.listenedMs);
    return REFUSED;
  }

  #push(message: Message<unknown>, value: unknown, time: number): void {
    const { moment } = this;
    const failure = this.poisoned.size > 0 ? this.poisoned.get(moment.offset) : undefined;
    if (failure !== undefined) return this.threw(message, failure, this.throwers.get(moment.offset) ?? '');
    try {
      this.#pass(value, time);
    } catch (error) {
      if (moment.touched || isOfTheProgram(error)) throw this.failure(error);
      this.threw(message, reasonOf(error), this.#numbered.policy.thrower(error));
    }
  }

  #pass(value: unknown, time: number): void {
    const { next, settler } = this.#numbered;
    this.moment.time = time;
    next.push(value);
    if (settler.pending) settler.drain();
    if (time < this.frontier.value) this.#counts.belowFrontier += 1;
    this.#counts.events += 1;
  }

  #noEvent(verdict: Verdict, message: Message<unknown>): void {
    if (verdict === REFUSED) return;
    if (verdict === HEARD) this.#counts.controls += 1;
    else if (verdict === REPEATED) this.#counts.repeated += 1;
    else if (verdict === UNKNOWN) this.refuse('unknown-producer', `its producer '${message.producer}' is not on the roster`, message);
    else if (verdict === BEYOND_LIMIT) this.refuse('malformed', `it would make ${this.roster.limit}`, message);
    else {
      assert(verdict === CONTRADICTED && this.roster.contradiction !== undefined, () => `no verdict: ${verdict}`);
      const { id, evidence } = this.roster.contradiction;
      this.#counts.contradictions += 1;
      this.#waiting.set(id, message);
      this.roster.holdContradiction(this.moment.arrival, this.#numbered.decided(this, { kind: 'contradiction', hold: id, evidence, message }));
    }
  }

  #resolve(id: number, choice: ProducerHoldChoice, until: number): void {
    const hold = this.roster.holds.find((one) => one.id === id);
    const isAccepted = this.roster.resolve(id, choice, until);
    if (hold?.reason !== 'contradiction' || choice === 'wait') return;
    const message = this.#waiting.get(id) as Message<unknown>;
    this.#waiting.delete(id);
    // It is judged as it was when it came.
    this.place(hold.since);
    const { intake, maxAheadMs } = this.#numbered;
    const timeMax = Math.min(hold.since + maxAheadMs, TIME_MAX);
    let time = Number.NaN;
    let isEvent = false;
    let value: unknown;
    try {
      if (message.kind === 'event') {
        value = intake === undefined ? message.value : intake.admit(message.value);
        if (value !== REFUSED_VALUE) time = this.#numbered.time(value);
        isEvent = Number.isInteger(time) && time >= 0 && time <= timeMax;
        const flaw = value === REFUSED_VALUE ? (intake as Intake) : this.timeFlaw(time, timeMax);
        if (isAccepted && !isEvent) this.setAside(flaw.reason, flaw.message, message, hold.since);
      }
    } catch (error) {
      if (isAccepted) this.setAside('threw', reasonOf(error), message, hold.since);
    }
    this.roster.settle(message, isEvent ? time : Number.NaN, choice, this.moment.arrival);
    if (!isAccepted || !isEvent || message.kind !== 'event') return;
    this.moment.time = time;
    this.moment.touched = false;
    const row = `the event of hold ${id} of source '${this.source}' (partition ${this.partition})`;
    const failure = this.#numbered.policy.poisonedRows.get(row);
    if (failure !== undefined) return this.setAside('threw', failure, message, this.moment.arrival);
    try {
      this.#numbered.next.push(value);
      if (this.#numbered.settler.pending) this.#numbered.settler.drain();
    } catch (error) {
      if (this.moment.touched || isOfTheProgram(error)) throw this.failure(error, row);
      this.setAside('threw', reasonOf(error), message, this.moment.arrival);
    }
  }

  /** Moves the frontier to where the producers let it go; a hold keeps it where it is. */
  #move(): void {
    const { roster, frontier } = this;
    roster.moved = false;
    if (this.ended && (this.#waiting.size === 0 || this.#numbered.isStill)) {
      roster.end();
      return this.#advance(END, ENDED);
    }
    if (roster.holds.length > 0 || this.#numbered.isStill || this.holds.isStopped) return;
    const to = roster.least();
    if (to > frontier.value && to !== END) this.#advance(to, PROVED);
  }

  /** In steps that each rest on one evidence. */
  #advance(to: number, evidence: Evidence): void {
    const { roster, frontier } = this;
    while (frontier.value < to) {
      const from = frontier.value;
      const next = roster.doubts.border(from, to);
      frontier.advance(next, combined(evidence, roster.doubts.over(from, next)), to === END);
    }
    roster.frontier = frontier.value;
  }
}
