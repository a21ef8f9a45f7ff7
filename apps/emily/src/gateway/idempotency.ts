import type { RequestId, TenantId } from '../domain/names.ts';
import { KeptAnswers, type Answer } from './kept-answers.ts';
import type { GatewayLimits } from './limits.ts';
import { refuse } from './refusal.ts';

/** Whose key it is: the body it was used with, and the request that used it. */
export type KeyUse = { readonly bodyHash: string; readonly requestId: RequestId };

/**
 * The keys of finished calls, from the usage log, over restarts.
 *
 * When the gateway starts it knows every `finished` in the log that is `completed` or
 * `cancelled`; after that it may lag, because this process remembers what it finished itself.
 */
export interface FinishedKeys {
  get(tenant: TenantId, key: string): KeyUse | undefined;
}

/** What an attempt with a key has to do: make the call, or hand out the answer of the attempt that does or did. */
export type Claim =
  | { readonly kind: 'make'; readonly made: (answer: Answer | undefined) => void; readonly failed: (error: unknown) => void }
  | { readonly kind: 'repeat'; readonly answer: Answer | Promise<Answer> };

type Running = KeyUse & { readonly answer: Promise<Answer> };

/**
 * One call per idempotency key and project, however often it is sent.
 *
 * - The first attempt makes the call; one that comes meanwhile gets the same answer, or the same failure.
 * - Once it was answered, the kept answer is sent again; when that is gone, the attempt is refused,
 *   because the call was made and metered and must not be made twice.
 * - A failed call frees its key. The same key with another body is refused, whatever the state.
 */
export class IdempotencyKeys {
  readonly #finishedKeys: FinishedKeys;
  readonly #answers: KeptAnswers;
  readonly #answerBytesMax: number;
  readonly #running = new Map<string, Running>();
  /** Finished in this process and perhaps not in the table yet, oldest first. */
  readonly #recent = new Map<string, KeyUse & { readonly tenant: TenantId; readonly key: string }>();

  constructor(
    finishedKeys: FinishedKeys,
    limits: Pick<GatewayLimits, 'keptBytesMax' | 'keptMsMax' | 'keptAnswerBytesMax'>,
    monotonicMs: () => number,
  ) {
    this.#finishedKeys = finishedKeys;
    this.#answers = new KeptAnswers(limits.keptBytesMax, limits.keptMsMax, monotonicMs);
    this.#answerBytesMax = limits.keptAnswerBytesMax;
  }

  /** `key`: as it is scoped within its tenant. */
  claim(tenant: TenantId, key: string, use: KeyUse): Claim {
    const name = `${tenant}\n${key}`;
    const earlier = this.#running.get(name) ?? this.#recent.get(name) ?? this.#finishedKeys.get(tenant, key);
    if (earlier === undefined) return this.#begin(name, tenant, key, use);
    if (earlier.bodyHash !== use.bodyHash) throw refuse('idempotency_mismatch', { request: earlier.requestId });
    const answer = this.#running.get(name)?.answer ?? this.#answers.get(name);
    if (answer === undefined) throw refuse('idempotency_answer_expired', { request: earlier.requestId });
    return { kind: 'repeat', answer };
  }

  /** Forgets answers that are kept no longer. */
  sweep(): void {
    this.#answers.sweep();
  }

  #begin(name: string, tenant: TenantId, key: string, use: KeyUse): Claim {
    const { promise, resolve, reject } = Promise.withResolvers<Answer>();
    promise.catch(() => undefined); // Where nobody else waits for it, its failure is told by the attempt itself.
    this.#running.set(name, { ...use, answer: promise });
    return {
      kind: 'make',
      made: (answer) => {
        this.#running.delete(name);
        this.#remember(name, { ...use, tenant, key });
        if (answer === undefined || answer.body.length > this.#answerBytesMax) {
          return reject(refuse('idempotency_answer_expired', { request: use.requestId }));
        }
        this.#answers.keep(name, answer);
        resolve(answer);
      },
      failed: (error) => {
        this.#running.delete(name);
        reject(error);
      },
    };
  }

  /** Remembers a finished key until the table knows it. */
  #remember(name: string, use: KeyUse & { readonly tenant: TenantId; readonly key: string }): void {
    this.#recent.set(name, use);
    for (const [oldest, { tenant, key }] of this.#recent) {
      if (this.#finishedKeys.get(tenant, key) === undefined) return;
      this.#recent.delete(oldest);
    }
  }
}
