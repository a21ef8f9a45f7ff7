import type { FleetFact } from '../domain/fleet-fact.ts';
import type { Admitted, Finished, Lapsed, OfGateway, Refused } from '../domain/usage-fact.ts';
import type { EpochMs, RequestId } from '../domain/names.ts';
import { lostFact } from './recover.ts';
import type { Numbering, UsageMessage } from './numbering.ts';
import type { AdmissionTimes } from './stamps.ts';
import type { UsageLog } from './usage-log.ts';

/** A fact that nobody has signed and numbered yet. */
export type Unnumbered = Omit<Admitted, keyof OfGateway> | Omit<Finished, keyof OfGateway> | Omit<Refused, keyof OfGateway> | Omit<Lapsed, keyof OfGateway> | Unsigned;

/** Of each kind its own, or members that only one has would be lost. */
type Unsigned<Fact = FleetFact> = Fact extends FleetFact ? Omit<Fact, keyof OfGateway> : never;
export type UnsignedFleetFact<Fact = FleetFact> = Fact extends FleetFact ? Omit<Fact, keyof OfGateway | 'admittedAt'> : never;

type Waiting = {
  readonly fact: Unnumbered;
  /** Called once the fact is durable, or with the log's error when it never will be. */
  readonly done: (error?: unknown) => void;
};

/** When the log is so far behind, nothing new is taken on; what was begun may still be ended. */
export const factsWaitingMax = 10_000;

/**
 * Writes facts to the usage log, numbered in the order they are written, and promises between them.
 *
 * - One batch is under way at a time; what comes meanwhile makes the next one. That is the
 *   group commit of the log, seen from here, and it keeps a refused batch simple: its numbers
 *   are taken back, and nothing later has used newer ones.
 * - A `finished` that the log refused leaves its admission open in the log. Its caller gets no
 *   whole answer, so the call is owed as `lost`, and ends so with the next batch the log takes.
 * - A promise is the time of the oldest admission that is not durably ended, or else what no call to
 *   come can be older than. It is made when its batch is: what waits is in the batch, before it.
 */
export class FactWriter {
  readonly #log: UsageLog;
  readonly #numbering: Numbering;
  readonly #times: AdmissionTimes;
  /** Admissions that were written and have not durably ended. */
  readonly #open = new Map<RequestId, EpochMs>();
  #waiting: Waiting[] = [];
  #owed: Unnumbered[] = [];
  /** What is to be said after the next batch. */
  #saying: 'heartbeat' | 'close' | undefined;
  #hasNews = true;
  #writing: Promise<void> | undefined;

  constructor(log: UsageLog, numbering: Numbering, times: AdmissionTimes) {
    this.#log = log;
    this.#numbering = numbering;
    this.#times = times;
  }

  /** Facts were written since the last promise. */
  get hasNews(): boolean {
    return this.#hasNews;
  }

  /** Resolves once the fact is durable. */
  write(fact: Unnumbered): Promise<void> {
    if (this.#waiting.length >= factsWaitingMax && fact.kind !== 'finished') {
      return Promise.reject(new Error(`${this.#waiting.length} facts wait for the usage log already`));
    }
    if (fact.kind === 'admitted') this.#open.set(fact.id, fact.admittedAt);
    this.#hasNews = true;
    return new Promise((resolve, reject) => {
      this.#waiting.push({ fact, done: (error) => (error === undefined ? resolve() : reject(error)) });
      this.#begin();
    });
  }

  /** Promises, with the next batch. One that the log refuses is not said; the next one says more. */
  promise(): void {
    this.#saying ??= 'heartbeat';
    this.#begin();
  }

  /** Ends what is owed, promises once more and says goodbye; nothing may be written after it. */
  async close(): Promise<void> {
    await this.#writing;
    this.#saying = 'close';
    this.#begin();
    await this.#writing;
  }

  #begin(): void {
    this.#writing ??= this.#writeBatches();
  }

  async #writeBatches(): Promise<void> {
    await undefined; // What is written in the same turn goes into the same batch.
    while (this.#waiting.length > 0 || this.#saying !== undefined) {
      const batch = this.#waiting;
      const facts = [...this.#owed, ...batch.map((waiting) => waiting.fact)];
      const owed = this.#owed;
      this.#waiting = [];
      this.#owed = [];
      const { producer } = this.#numbering;
      const messages = facts.map((fact): UsageMessage => this.#numbering.event({ ...fact, producer }));
      messages.push(...this.#said());
      try {
        await this.#log.append(messages);
        for (const fact of facts) if (fact.kind === 'finished') this.#open.delete(fact.id);
        for (const { done } of batch) done();
      } catch (error) {
        this.#numbering.takeBack(facts.length);
        this.#owed = [...owed, ...batch.flatMap(({ fact }) => (fact.kind === 'finished' ? [lostFact(fact)] : []))];
        for (const { fact } of batch) if (fact.kind === 'admitted') this.#open.delete(fact.id);
        for (const { done } of batch) done(error ?? new Error('the usage log refused without saying why'));
      }
    }
    this.#writing = undefined;
  }

  #said(): UsageMessage[] {
    const saying = this.#saying;
    if (saying === undefined) return [];
    this.#saying = undefined;
    this.#hasNews = false;
    const promise = Math.min(this.#times.promise(), ...this.#open.values());
    const heartbeat = this.#numbering.heartbeat(promise);
    // Whoever still owes an end is not through: the next life finds the call open, and ends it.
    return saying === 'close' && this.#open.size === 0 ? [heartbeat, this.#numbering.close()] : [heartbeat];
  }
}
