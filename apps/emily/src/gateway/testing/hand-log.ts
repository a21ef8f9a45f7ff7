import type { UsageFact } from '../../domain/usage-fact.ts';
import type { UsageMessage } from '../numbering.ts';
import type { UsageLog } from '../usage-log.ts';

/** A batch that is on its way to be durable, until the test says how that went. */
export type HeldBatch = {
  readonly messages: readonly UsageMessage[];
  readonly facts: readonly UsageFact[];
  release(): void;
  refuse(error: Error): void;
};

/** A usage log in memory whose commits can be held up by hand. */
export class HandLog implements UsageLog {
  /** What is durable, in order: all that was said, and the facts among it. */
  readonly messages: UsageMessage[] = [];
  readonly facts: UsageFact[] = [];
  /** While set, what comes waits for `release` or `refuse`. */
  holding = false;
  /** While set, every batch is refused with it. */
  broken: Error | undefined;
  #held: HeldBatch[] = [];
  #wanted: PromiseWithResolvers<HeldBatch> | undefined;

  append(messages: readonly UsageMessage[]): Promise<void> {
    if (this.broken !== undefined) return Promise.reject(this.broken);
    // A heartbeat comes when it likes; tests hold facts.
    if (!this.holding || factsOf(messages).length === 0) {
      this.#keep(messages);
      return Promise.resolve();
    }
    const { promise, resolve, reject } = Promise.withResolvers<void>();
    const batch: HeldBatch = {
      messages,
      facts: factsOf(messages),
      release: () => {
        this.#keep(messages);
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

  /** The facts that are durable, each with its number. */
  numbered(): readonly Extract<UsageMessage, { kind: 'event' }>[] {
    return this.messages.filter((message) => message.kind === 'event');
  }

  #keep(messages: readonly UsageMessage[]): void {
    this.messages.push(...messages);
    this.facts.push(...factsOf(messages));
  }
}

const factsOf = (messages: readonly UsageMessage[]): UsageFact[] => messages.flatMap((message) => (message.kind === 'event' ? [message.value] : []));
