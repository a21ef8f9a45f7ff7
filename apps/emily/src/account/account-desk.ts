import type { EpochMs, KeyId, TenantId, UserId } from '../domain/names.ts';
import type { Accounts } from './accounts.ts';
import { newApiKey, type NewKey } from './api-key.ts';
import type { AccountCommand, CommandLog } from './command.ts';
import type { Scope } from '../domain/credential.ts';

export type KeyWish = {
  readonly tenant: TenantId;
  readonly name: string;
  readonly scopes: readonly Scope[];
  readonly user?: UserId;
  readonly expiresAt?: EpochMs;
};

/** Something was asked of an account that is not there. */
export class UnknownAccount extends Error {}

/**
 * Where tenants and keys are made and unmade: each act is a command, and has happened when the
 * command is durable. Only then does it work here; other gateways learn it from the log.
 */
export class AccountDesk {
  readonly #accounts: Accounts;
  readonly #log: CommandLog;
  readonly #now: () => EpochMs;

  constructor(accounts: Accounts, log: CommandLog, now: () => EpochMs) {
    this.#accounts = accounts;
    this.#log = log;
    this.#now = now;
  }

  async createTenant(tenant: TenantId, name: string): Promise<void> {
    await this.#decide({ kind: 'tenant-created', at: this.#now(), tenant, name });
  }

  /** Makes a key; its text is in the answer and nowhere else. */
  async createKey({ tenant, name, scopes, user, expiresAt }: KeyWish): Promise<Pick<NewKey, 'id' | 'text'>> {
    if (this.#accounts.tenant(tenant) === undefined) throw new UnknownAccount(`there is no tenant ${tenant}`);
    const { id, text, digest } = newApiKey();
    await this.#decide({
      kind: 'key-created',
      at: this.#now(),
      key: id,
      tenant,
      user: user ?? null,
      name,
      scopes,
      digest,
      expiresAt: expiresAt ?? null,
    });
    return { id, text };
  }

  async revokeKey(key: KeyId): Promise<void> {
    if (this.#accounts.key(key) === undefined) throw new UnknownAccount(`there is no key ${key}`);
    await this.#decide({ kind: 'key-revoked', at: this.#now(), key });
  }

  async #decide(command: AccountCommand): Promise<void> {
    await this.#log.append([command]);
    this.#accounts.apply(command);
  }
}
