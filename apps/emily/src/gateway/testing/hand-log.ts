import type { UsageFact } from '../../domain/usage-fact.ts';
import type { UsageLog } from '../usage-log.ts';

/** A batch of facts that is on its way to be durable, until the test says how that went. */
export type HeldBatch = {
  readonly facts: readonly UsageFact[];
  release(): void;
  refuse(error: Error): void;
};

/** A usage log in memory whose commits can be held up by hand. */
export class HandLog implements UsageLog {
  /** What is durable, in order. */
  readonly facts: UsageFact[] = [];
  /** While set, what comes waits for `release` or `refuse`. */
  holding = false;
  /** While set, every batch is refused with it. */
  broken: Error | undefined;
  #held: HeldBatch[] = [];
  #wanted: PromiseWithResolvers<HeldBatch> | undefined;

  append(facts: readonly UsageFact[]): Promise<void> {
    if (this.broken !== undefined) return Promise.reject(this.broken);
    if (!this.holding) {
      this.facts.push(...facts);
      return Promise.resolve();
    }
    const { promise, resolve, reject } = Promise.withResolvers<void>();
    const batch: HeldBatch = {
      facts,
      release: () => {
        this.facts.push(...facts);
        resolve();
      },
      refuse: reject,
    };
    if (this.#wanted === undefined) this.#held.push(batch);
    else this.#wanted.resolve(batch);
    this.#wanted = undefined;
    return promise;
  }

  /** The next batch that is held up, as soon as there is one. */
  next(): Promise<HeldBatch> {
    const batch = this.#held.shift();
    if (batch !== undefined) return Promise.resolve(batch);
    this.#wanted = Promise.withResolvers();
    return this.#wanted.promise;
  }
}
