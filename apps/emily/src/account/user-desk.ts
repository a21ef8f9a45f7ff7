import { randomBytes } from 'node:crypto';
import { userId, type EpochMs, type TenantId, type UserId } from '../domain/names.ts';
import { AccountConflict, UnknownAccount } from './account-desk.ts';
import type { Accounts } from './accounts.ts';
import { base62 } from './base62.ts';
import type { AccountCommand, Actor, CommandLog } from './command.ts';
import { hashPassword, isPassword } from './password.ts';
import { PasswordGate } from './password-gate.ts';
import { isHouseRole, type Person, personOf, type Role } from './role.ts';
import { newSealKey, seal } from './seal.ts';
import { digestOf, type Link, type Sessions } from './session.ts';
import { plainName, type User, type Users } from './users.ts';
import type { Vault } from './vault.ts';

export type UserDeskParts = {
  readonly users: Users;
  readonly accounts: Accounts;
  readonly vault: Vault;
  readonly log: CommandLog;
  /** All tables that commands about users change. */
  readonly apply: (command: AccountCommand) => void;
  readonly now: () => EpochMs;
  readonly monotonicMs: () => number;
};

const idBytes = 8;
const idDigits = 11;

/** Where users are made, changed, removed and forgotten: each act is a command, and has happened when that is durable. */
export class UserDesk {
  readonly #parts: UserDeskParts;
  readonly #gate: PasswordGate;
  /** Names that are being given right now. */
  readonly #taken = new Set<string>();

  constructor(parts: UserDeskParts) {
    this.#parts = parts;
    this.#gate = new PasswordGate(parts.monotonicMs);
  }

  /** UnknownAccount where there is no such tenant; AccountConflict where somebody there has the name. */
  async create(person: Person, name: string, by?: Actor): Promise<User> {
    const { users, accounts, vault, now } = this.#parts;
    const { role, tenant } = person;
    if (tenant !== undefined && accounts.tenant(tenant) === undefined) throw new UnknownAccount(`there is no tenant ${tenant}`);
    const taken = nameIn(tenant, name);
    if (users.byName(tenant, name) !== undefined || this.#taken.has(taken)) throw new AccountConflict('there is a user of this name already');
    this.#taken.add(taken);
    try {
      const user = userId(`usr_${base62(randomBytes(idBytes), idDigits)}`);
      const key = newSealKey();
      await vault.add(user, key);
      await this.#decide({ kind: 'user-created', at: now(), user, ...(tenant === undefined ? {} : { tenant }), role, sealed: seal(key, user, name), ...actor(by) });
      return users.get(user) as User;
    } finally {
      this.#taken.delete(taken);
    }
  }

  /** UnknownAccount; AccountConflict where the user was removed, or the role is of the house and the user is not, or the other way round. */
  async setRole(id: UserId, role: Role, by?: Actor): Promise<User> {
    const user = this.#present(id);
    if (isHouseRole(role) !== (user.tenant === undefined)) throw new AccountConflict(`${role} is no role of ${user.tenant === undefined ? 'the house' : 'a tenant'}`);
    if (user.role !== role) await this.#decide({ kind: 'user-role-set', at: this.#parts.now(), user: id, role, ...actor(by) });
    return this.#known(id);
  }

  /** From now on they are signed in nowhere, and keys that are theirs open nothing; once more changes nothing. UnknownAccount. */
  async remove(id: UserId, by?: Actor): Promise<User> {
    const user = this.#known(id);
    if (user.removedAt !== null) return user;
    const at = this.#parts.now();
    const keys = user.tenant === undefined ? [] : this.#parts.accounts.keysOf(user.tenant).filter((key) => key.user === id && key.revokedAt === null);
    await this.#decide({ kind: 'user-removed', at, user: id, ...actor(by) }, ...keys.map((key): AccountCommand => ({ kind: 'key-revoked', at, key: key.id, ...actor(by) })));
    return this.#known(id);
  }

  /** Removes them, and what the log knows of them besides their id can be read no more. UnknownAccount. */
  async erase(id: UserId, by?: Actor): Promise<User> {
    await this.remove(id, by);
    // First, so that no log says of somebody that they are forgotten who are not.
    await this.#parts.vault.shred(id);
    if (this.#known(id).erasedAt === null) await this.#decide({ kind: 'user-erased', at: this.#parts.now(), user: id, ...actor(by) });
    return this.#known(id);
  }

  /** A link that signs them in, once. AccountConflict where they were removed. */
  async linkFor(id: UserId, sessions: Sessions, by: Actor): Promise<Link> {
    const { role, tenant } = this.#present(id);
    return sessions.issueLinkFor({ ...personOf(role, tenant), user: id }, by);
  }

  /** Their other sessions are over. `token`: of the session in which they do it. AccountConflict where they are nobody any more. */
  async setPassword(id: UserId, password: string, token: string): Promise<void> {
    this.#present(id);
    const hash = await this.#gate.through(id, () => hashPassword(password));
    const key = this.#parts.vault.keyOf(id);
    if (key === undefined) throw new AccountConflict('nothing can be kept of this user: the key for it is gone');
    this.#present(id);
    await this.#decide({ kind: 'password-set', at: this.#parts.now(), user: id, sealed: seal(key, id, hash), sessionDigest: digestOf(token) });
  }

  /** Who it is that signs in by this name there; undefined: nobody, or with another password. TooManyTries. */
  async withPassword(tenant: TenantId | undefined, name: string, password: string): Promise<User | undefined> {
    const { users } = this.#parts;
    return this.#gate.through(nameIn(tenant, name), async () => {
      const user = users.byName(tenant, name);
      const isRight = await isPassword(password, user === undefined ? undefined : users.passwordOf(user.id));
      return isRight ? user : undefined;
    });
  }

  /** Whether it is this user's password. TooManyTries. */
  async isPasswordOf(id: UserId, password: string): Promise<boolean> {
    return this.#gate.through(id, () => isPassword(password, this.#parts.users.passwordOf(id)));
  }

  #known(id: UserId): User {
    const user = this.#parts.users.get(id);
    if (user === undefined) throw new UnknownAccount(`there is no user ${id}`);
    return user;
  }

  #present(id: UserId): User {
    const user = this.#known(id);
    if (user.removedAt !== null) throw new AccountConflict(`user ${id} was removed`);
    return user;
  }

  async #decide(...commands: readonly AccountCommand[]): Promise<void> {
    await this.#parts.log.append(commands);
    for (const command of commands) this.#parts.apply(command);
  }
}

/** One name within one tenant, or within the house. */
const nameIn = (tenant: TenantId | undefined, name: string): string => `${tenant ?? ''}\n${plainName(name)}`;

const actor = (by: Actor | undefined): { readonly by?: Actor } => (by === undefined ? {} : { by });
