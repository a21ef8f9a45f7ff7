import type { Accounts } from '../account/accounts.ts';
import type { AccountCommand, Actor, CommandLog } from '../account/command.ts';
import type { KeyLimit, KeyLimits } from '../budget/key-limits.ts';
import type { EpochMs, KeyId } from '../domain/names.ts';

export type KeyLimitDeskOptions = {
  readonly limits: KeyLimits;
  readonly accounts: Accounts;
  readonly log: CommandLog;
  readonly now: () => EpochMs;
};

/**
 * Where it is set how often keys may ask: each act is a command. A key shares its limit, and what is left of it, with
 * those that are made in its place: making one anew gives nobody more.
 */
export class KeyLimitDesk {
  readonly #options: KeyLimitDeskOptions;
  readonly #operators = new Set<KeyId>();

  constructor(options: KeyLimitDeskOptions) {
    this.#options = options;
  }

  /** One of the log's, in its order. */
  apply(command: AccountCommand): void {
    if (command.kind !== 'key-limits-set') return;
    const { key, requestsPerMinute, tokensPerMinute, isOperators } = command;
    // Two were set at the same time, of which this is the second.
    if (this.#operators.has(key) && !isOperators) return;
    this.#options.limits.set(key, { requestsPerMinute, tokensPerMinute });
    if (isOperators) this.#operators.add(key);
  }

  /** Sets it; the same once more changes nothing. False where the operator has set it, and somebody else asks. */
  async set(key: KeyId, wish: KeyLimit, by: Actor, isOperator: boolean): Promise<boolean> {
    const origin = this.#origin(key);
    if (this.#operators.has(origin) && !isOperator) return false;
    const { requestsPerMinute, tokensPerMinute } = this.#options.limits.of(origin);
    if (requestsPerMinute === wish.requestsPerMinute && tokensPerMinute === wish.tokensPerMinute && this.#operators.has(origin) === isOperator) return true;
    const command = { kind: 'key-limits-set', at: this.#options.now(), key: origin, ...wish, isOperators: isOperator, by } as const;
    await this.#options.log.append([command]);
    this.apply(command);
    return isOperator || !this.#operators.has(origin);
  }

  of(key: KeyId): KeyLimit {
    return this.#options.limits.of(this.#origin(key));
  }

  takeRequest(key: KeyId): number | undefined {
    return this.#options.limits.takeRequest(this.#origin(key));
  }

  limitsTokens(key: KeyId): boolean {
    return this.#options.limits.limitsTokens(this.#origin(key));
  }

  takeTokens(key: KeyId, count: number): number | undefined {
    return this.#options.limits.takeTokens(this.#origin(key), count);
  }

  giveBackTokens(key: KeyId, count: number): void {
    this.#options.limits.giveBackTokens(this.#origin(key), count);
  }

  headers(key: KeyId): Readonly<Record<string, string>> {
    return this.#options.limits.headers(this.#origin(key));
  }

  #origin(key: KeyId): KeyId {
    return this.#options.accounts.origin(key);
  }
}
