import type { EpochMs, TenantId, UserId } from '../domain/names.ts';
import type { AccountCommand, UserCreated } from './command.ts';
import type { PasswordHash } from './password.ts';
import { type Person, personOf } from './role.ts';
import { unseal } from './seal.ts';
import { type Vault, VaultBroken } from './vault.ts';

/** Somebody with an account of their own. Facts and the audit know the id alone. */
export type User = Person & {
  readonly id: UserId;
  /** What they sign in by, as their address of mail; null: it was erased. */
  readonly name: string | null;
  readonly createdAt: EpochMs;
  readonly removedAt: EpochMs | null;
  readonly erasedAt: EpochMs | null;
  readonly hasPassword: boolean;
};

type Known = User & { readonly password: PasswordHash | undefined };

/**
 * The users that the commands so far have made, with what is still known of them: names and passwords are sealed in
 * the commands, and open with keys of the vault, which are gone for those who were erased.
 */
export class Users {
  readonly #vault: Pick<Vault, 'keyOf'>;
  readonly #users = new Map<UserId, Known>();

  constructor(vault: Pick<Vault, 'keyOf'>) {
    this.#vault = vault;
  }

  apply(command: AccountCommand): void {
    switch (command.kind) {
      case 'user-created':
        if (!this.#users.has(command.user)) this.#users.set(command.user, this.#made(command));
        return;
      case 'user-role-set':
        return this.#change(command.user, (user) => ({ ...user, ...personOf(command.role, user.tenant) }));
      case 'user-removed':
        return this.#change(command.user, (user) => ({ ...user, removedAt: user.removedAt ?? command.at }));
      case 'user-erased':
        return this.#change(command.user, (user) => ({ ...user, name: null, password: undefined, hasPassword: false, erasedAt: user.erasedAt ?? command.at }));
      case 'password-set': {
        const password = this.#opened(command.user, command.sealed) as PasswordHash | undefined;
        return this.#change(command.user, (user) => ({ ...user, password, hasPassword: password !== undefined }));
      }
      default:
        return; // Other tables read these.
    }
  }

  get(id: UserId): User | undefined {
    const user = this.#users.get(id);
    return user === undefined ? undefined : shown(user);
  }

  /** Of a tenant; undefined: of the house. */
  of(tenant: TenantId | undefined): readonly User[] {
    return [...this.#users.values()].filter((user) => user.tenant === tenant).map(shown);
  }

  /** Who signs in by this name there. Small and capital letters are the same. */
  byName(tenant: TenantId | undefined, name: string): User | undefined {
    return this.of(tenant).find((user) => user.removedAt === null && user.name !== null && plainName(user.name) === plainName(name));
  }

  passwordOf(id: UserId): PasswordHash | undefined {
    return this.#users.get(id)?.password;
  }

  /** Who is forgotten: their keys are to be nowhere, also where a backup brought them back. */
  erased(): readonly UserId[] {
    return [...this.#users.values()].filter(({ erasedAt }) => erasedAt !== null).map(({ id }) => id);
  }

  #made({ user: id, at, role, tenant, sealed }: UserCreated): Known {
    const name = this.#opened(id, sealed) as string | undefined;
    return { id, ...personOf(role, tenant), name: name ?? null, createdAt: at, removedAt: null, erasedAt: null, hasPassword: false, password: undefined };
  }

  #opened(user: UserId, sealed: string): unknown {
    const key = this.#vault.keyOf(user);
    if (key === undefined) return undefined;
    try {
      return unseal(key, user, sealed);
    } catch (error) {
      throw new VaultBroken(`what is known of ${user} does not open with the key that is kept for it`, { cause: error });
    }
  }

  #change(id: UserId, change: (user: Known) => Known): void {
    const user = this.#users.get(id);
    if (user !== undefined) this.#users.set(id, change(user));
  }
}

/** As names are compared. */
export const plainName = (name: string): string => name.normalize('NFKC').toLowerCase();

const shown = ({ password: _password, ...user }: Known): User => user;
