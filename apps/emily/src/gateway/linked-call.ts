import type { Finished, OfGateway } from '../domain/usage-fact.ts';
import { isBillable } from '../domain/usage-fact.ts';
import type { Answer, KeptAnswers } from './kept-answers.ts';

/** The end of a call as it stands in the log. */
export type EndedCall = Omit<Finished, keyof OfGateway>;

/**
 * A call that attempts are linked to: its maker's, and those that repeat it.
 *
 * - `answered` resolves once it has ended, with the whole answer where there is one; it rejects where the call failed.
 * - What it was charged is voided at most once, and only when another call takes its place.
 */
export class LinkedCall {
  /** A retry waits for it: it is made to its end, whoever leaves. */
  wanted = false;
  readonly #kept: KeptAnswers;
  readonly #answered = Promise.withResolvers<Answer | undefined>();
  #isOver = false;
  #former: LinkedCall | undefined;
  #ended: EndedCall | undefined;

  constructor(kept: KeptAnswers, former?: LinkedCall) {
    this.#kept = kept;
    this.#former = former;
    this.#answered.promise.catch(() => undefined); // Where nobody else waits for it, its failure is told by the attempt itself.
  }

  /** A call of an earlier life of the gateway: its answer is gone. */
  static of(kept: KeptAnswers, ended: EndedCall): LinkedCall {
    const call = new LinkedCall(kept);
    call.ended(ended);
    call.made(undefined);
    return call;
  }

  /** Its answer, for an attempt that repeats it: as it was kept, or as soon as it is there; undefined where there is none. */
  repeated(): Promise<Answer | undefined> {
    if (this.#isOver) return Promise.resolve(this.#ended && this.#kept.get(this.#ended.id));
    this.wanted = true;
    return this.#answered.promise;
  }

  /** Its end is in the log. */
  ended(end: EndedCall): void {
    this.#ended = end;
  }

  made(answer: Answer | undefined): void {
    this.#isOver = true;
    // Of a call whose client left, the output was not paid.
    const whole = this.#ended?.outcome === 'completed' ? answer : undefined;
    if (whole !== undefined) this.#kept.keep(whole.request, whole);
    this.#answered.resolve(whole);
  }

  failed(error: unknown): void {
    this.#isOver = true;
    this.#answered.reject(error);
  }

  /** What is charged for this call, or for the one whose place it took before it was admitted itself. */
  owed(): EndedCall | undefined {
    return this.#ended !== undefined && isCharged(this.#ended) ? this.#ended : this.#former?.owed();
  }

  /** What was owed is taken back, in the log. */
  voided(): void {
    if (this.#ended !== undefined && isCharged(this.#ended)) this.#ended = undefined;
    else this.#former?.voided();
  }
}

const isCharged = (end: EndedCall): boolean => isBillable(end) && Object.values(end.units).some((count) => count !== 0);
