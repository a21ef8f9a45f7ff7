import type { KeyId } from '../domain/names.ts';
import { KeptAnswers, type Answer } from './kept-answers.ts';
import type { GatewayLimits } from './limits.ts';
import { LinkedCall, type EndedCall } from './linked-call.ts';
import type { RetryHeader } from './retry-header.ts';

type LinkLimits = Pick<GatewayLimits, 'linkedBytesMax' | 'linkedMsMax' | 'retryWithinMsMax' | 'attemptsMax'>;

/** An attempt that no retry has followed yet. */
type Unmatched = {
  /** Key, body and count. */
  readonly name: string;
  readonly atMs: number;
  call: LinkedCall;
  /** It was answered with an error: that a client tries again is likely, and not only possible. */
  wasToldOfFailure: boolean;
};

/**
 * Which attempts are one call, of clients that send no idempotency key but count their retries.
 *
 * - Retry n follows an unmatched attempt n−1 of the same API key and body: the oldest that was told of a failure,
 *   else the oldest. It takes its call: its answer while it runs, and for a while after; else the call is voided,
 *   and made anew. Where attempt n−1 never arrived, n−2 stands for it, and so on.
 * - A first attempt follows nothing: two of them are two calls, however equal.
 * - An attempt is followed once, and within minutes. Of too many the oldest are forgotten: their retries are calls of
 *   their own.
 */
export class AttemptLinks {
  readonly #limits: LinkLimits;
  readonly #monotonicMs: () => number;
  readonly #kept: KeptAnswers;
  /** By name, and apart by whether they were told of a failure; each set oldest first. */
  readonly #unmatched = new Map<string, Set<Unmatched>>();
  /** All of them, oldest first. */
  readonly #byAge = new Set<Unmatched>();

  constructor(limits: LinkLimits, monotonicMs: () => number) {
    this.#limits = limits;
    this.#monotonicMs = monotonicMs;
    this.#kept = new KeptAnswers(limits.linkedBytesMax, limits.linkedMsMax, monotonicMs);
  }

  /** An attempt has come. */
  begin(key: KeyId, { count, bodyHash }: RetryHeader): Attempt {
    this.#forget();
    const former = this.#formerOf(key, bodyHash, count);
    const one = this.#add(nameOf(key, bodyHash, count), 0, former?.call ?? new LinkedCall(this.#kept));
    return new Attempt(one, former?.call, { kept: this.#kept, told: () => this.#told(one) });
  }

  /** A call of an earlier life of the gateway that ended so long ago; from the oldest to the newest. */
  recall(ended: EndedCall, agoMs: number): void {
    const { key, bodyHash, retry } = ended;
    if (bodyHash !== null && retry !== undefined) this.#add(nameOf(key, bodyHash, retry), agoMs, LinkedCall.of(this.#kept, ended));
  }

  /** Forgets answers that are kept no longer. */
  sweep(): void {
    this.#kept.sweep();
  }

  /** The attempt before; where none is known it was lost on its way here, and the one before that is it. */
  #formerOf(key: KeyId, bodyHash: string, count: number): Unmatched | undefined {
    for (let before = count - 1; before >= 0; before -= 1) {
      const found = this.#take(nameOf(key, bodyHash, before));
      if (found !== undefined) return found;
    }
    return undefined;
  }

  #take(name: string): Unmatched | undefined {
    const [found] = this.#unmatched.get(listOf({ name, wasToldOfFailure: true })) ?? this.#unmatched.get(listOf({ name, wasToldOfFailure: false })) ?? [];
    if (found !== undefined) this.#remove(found);
    return found;
  }

  #told(attempt: Unmatched): void {
    if (!this.#byAge.has(attempt)) return;
    this.#unlist(attempt);
    attempt.wasToldOfFailure = true;
    this.#list(attempt);
  }

  #add(name: string, agoMs: number, call: LinkedCall): Unmatched {
    const attempt = { name, atMs: this.#monotonicMs() - agoMs, call, wasToldOfFailure: false };
    const [oldest] = this.#byAge;
    if (oldest !== undefined && this.#byAge.size >= this.#limits.attemptsMax) this.#remove(oldest);
    this.#byAge.add(attempt);
    this.#list(attempt);
    return attempt;
  }

  #remove(attempt: Unmatched): void {
    this.#byAge.delete(attempt);
    this.#unlist(attempt);
  }

  #list(attempt: Unmatched): void {
    const list = this.#unmatched.get(listOf(attempt));
    if (list === undefined) this.#unmatched.set(listOf(attempt), new Set([attempt]));
    else list.add(attempt);
  }

  #unlist(attempt: Unmatched): void {
    const list = this.#unmatched.get(listOf(attempt));
    list?.delete(attempt);
    if (list?.size === 0) this.#unmatched.delete(listOf(attempt));
  }

  #forget(): void {
    const since = this.#monotonicMs() - this.#limits.retryWithinMsMax;
    for (const attempt of this.#byAge) {
      if (attempt.atMs > since) return;
      this.#remove(attempt);
    }
  }
}

type Linked = { readonly kept: KeptAnswers; readonly told: () => void };

/** One attempt at a call. */
export class Attempt {
  readonly #attempt: Unmatched;
  readonly #former: LinkedCall | undefined;
  readonly #linked: Linked;

  constructor(attempt: Unmatched, former: LinkedCall | undefined, linked: Linked) {
    this.#attempt = attempt;
    this.#former = former;
    this.#linked = linked;
  }

  /** The answer of the call that this attempt repeats; undefined where it has to make one itself. */
  async repeated(): Promise<Answer | undefined> {
    return await this.#former?.repeated();
  }

  /** The call that this attempt makes, in the place of the one before. */
  make(): LinkedCall {
    if (this.#former !== undefined) this.#attempt.call = new LinkedCall(this.#linked.kept, this.#former);
    return this.#attempt.call;
  }

  /** It was answered with an error. */
  failed(): void {
    this.#linked.told();
  }
}

const nameOf = (key: KeyId, bodyHash: string, count: number): string => `${key}\n${bodyHash}\n${count}`;
const listOf = ({ name, wasToldOfFailure }: Pick<Unmatched, 'name' | 'wasToldOfFailure'>): string => (wasToldOfFailure ? `${name} failed` : name);
