import type { Admitted, Finished, Numbered, Refused, UsageFact } from '../domain/usage-fact.ts';
import { lostFact } from './recover.ts';
import type { Numbering } from './numbering.ts';
import type { UsageLog } from './usage-log.ts';

/** A fact that has no number yet. */
export type Unnumbered = Omit<Admitted, keyof Numbered> | Omit<Finished, keyof Numbered> | Omit<Refused, keyof Numbered>;

type Waiting = {
  readonly fact: Unnumbered;
  /** Called once the fact is durable, or with the log's error when it never will be. */
  readonly done: (error?: unknown) => void;
};

/** When the log is so far behind, nothing new is taken on; what was begun may still be ended. */
export const factsWaitingMax = 10_000;

/**
 * Writes facts to the usage log, numbered in the order they are written.
 *
 * - One batch is under way at a time; what comes meanwhile makes the next one. That is the
 *   group commit of the log, seen from here, and it keeps a refused batch simple: its numbers
 *   are taken back, and nothing later has used newer ones.
 * - A `finished` that the log refused leaves its admission open in the log. Its caller gets no
 *   whole answer, so the call is owed as `lost`, and ends so with the next batch the log takes.
 */
export class FactWriter {
  readonly #log: UsageLog;
  readonly #numbering: Numbering;
  #waiting: Waiting[] = [];
  #owed: Unnumbered[] = [];
  #writing: Promise<void> | undefined;

  constructor(log: UsageLog, numbering: Numbering) {
    this.#log = log;
    this.#numbering = numbering;
  }

  /** Resolves once the fact is durable. */
  write(fact: Unnumbered): Promise<void> {
    if (this.#waiting.length >= factsWaitingMax && fact.kind !== 'finished') {
      return Promise.reject(new Error(`${this.#waiting.length} facts wait for the usage log already`));
    }
    return new Promise((resolve, reject) => {
      this.#waiting.push({ fact, done: (error) => (error === undefined ? resolve() : reject(error)) });
      this.#writing ??= this.#writeBatches();
    });
  }

  /** Resolves when nothing is under way. */
  async idle(): Promise<void> {
    await this.#writing;
  }

  async #writeBatches(): Promise<void> {
    await undefined; // What is written in the same turn goes into the same batch.
    while (this.#waiting.length > 0) {
      const batch = this.#waiting;
      const owed = this.#owed;
      this.#waiting = [];
      this.#owed = [];
      const numbered = [...owed, ...batch.map((waiting) => waiting.fact)].map((fact): UsageFact => ({ ...fact, ...this.#numbering.next() }));
      try {
        await this.#log.append(numbered);
        for (const { done } of batch) done();
      } catch (error) {
        this.#numbering.takeBack(numbered.length);
        this.#owed = [...owed, ...batch.flatMap(({ fact }) => (fact.kind === 'finished' ? [lostFact(fact)] : []))];
        for (const { done } of batch) done(error ?? new Error('the usage log refused without saying why'));
      }
    }
    this.#writing = undefined;
  }
}
