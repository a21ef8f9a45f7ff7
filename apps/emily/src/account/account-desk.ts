import type { ProjectId } from '../domain/budget.ts';
import type { EpochMs, KeyId, TenantId, UserId } from '../domain/names.ts';
import { epochMs } from '../domain/names.ts';
import type { Accounts, KeySummary, Tenant } from './accounts.ts';
import { newApiKey, type NewKey } from './api-key.ts';
import type { AccountCommand, Actor, CommandLog } from './command.ts';
import type { Project } from './projects.ts';
import type { Scope } from '../domain/credential.ts';

export type KeyWish = {
  readonly tenant: TenantId;
  readonly name: string;
  readonly scopes: readonly Scope[];
  readonly user?: UserId | undefined;
  readonly project?: ProjectId | undefined;
  readonly expiresAt?: EpochMs | undefined;
};

/** Something was asked of an account that is not there. */
export class UnknownAccount extends Error {}

/** Something was asked that an account is in no state for. */
export class AccountConflict extends Error {}

/**
 * Where tenants, projects and keys are made and unmade: each act is a command, and has happened when the
 * command is durable. Only then does it work here; other gateways learn it from the log.
 * `by`: who does it; left out: Emily itself.
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

  /** The same once more changes nothing. AccountConflict where there is one with this id and another name. */
  async createTenant(tenant: TenantId, name: string, by?: Actor): Promise<Tenant> {
    const known = this.#accounts.tenant(tenant);
    if (known === undefined) await this.#decide({ kind: 'tenant-created', at: this.#now(), tenant, name, ...actor(by) });
    const is = this.#accounts.tenant(tenant) as Tenant;
    if (is.name !== name) throw new AccountConflict(`tenant ${tenant} is called '${is.name}' already`);
    return is;
  }

  /** The same once more changes nothing. UnknownAccount; AccountConflict where there is one with this id and another name, or a closed one. */
  async createProject(tenant: TenantId, project: ProjectId, name: string, by?: Actor): Promise<Project> {
    this.#tenant(tenant);
    const { projects } = this.#accounts;
    if (projects.get(tenant, project) === undefined) await this.#decide({ kind: 'project-created', at: this.#now(), tenant, project, name, ...actor(by) });
    const is = projects.get(tenant, project) as Project;
    if (is.closedAt !== null) throw new AccountConflict(`project ${project} is closed`);
    if (is.name !== name) throw new AccountConflict(`project ${project} is called '${is.name}' already`);
    return is;
  }

  /** From now on it takes no keys, and those it has open nothing; once more changes nothing. UnknownAccount. */
  async closeProject(tenant: TenantId, project: ProjectId, by?: Actor): Promise<Project> {
    const known = this.#accounts.projects.get(tenant, project);
    if (known === undefined) throw new UnknownAccount(`there is no project ${project}`);
    if (known.closedAt !== null) return known;
    const at = this.#now();
    const keys = this.#accounts.keysOf(tenant).filter((key) => key.project === project && key.revokedAt === null);
    await this.#decide({ kind: 'project-closed', at, tenant, project, ...actor(by) }, ...keys.map((key): AccountCommand => ({ kind: 'key-revoked', at, key: key.id, ...actor(by) })));
    return this.#accounts.projects.get(tenant, project) as Project;
  }

  /** Makes a key; its text is in the answer and nowhere else. UnknownAccount; AccountConflict where it would have expired, or its project is closed. */
  async createKey(wish: KeyWish, by?: Actor): Promise<Pick<NewKey, 'id' | 'text'>> {
    this.#tenant(wish.tenant);
    this.#openProject(wish);
    const now = this.#now();
    if (wish.expiresAt !== undefined && wish.expiresAt <= now) throw new AccountConflict(`a key that expires at ${new Date(wish.expiresAt).toISOString()} would never be good`);
    const made = newApiKey();
    await this.#decide(created(made, wish, now, by));
    return { id: made.id, text: made.text };
  }

  /** Takes a key that was made elsewhere; one that is here already changes nothing. AccountConflict where it opens nothing any more. */
  async adoptKey(made: NewKey, wish: KeyWish): Promise<void> {
    this.#tenant(wish.tenant);
    if (this.#accounts.key(made.id) === undefined) await this.#decide(created(made, wish, this.#now(), undefined));
    const opened = this.#accounts.authenticate(`Bearer ${made.text}`);
    if (opened?.tenant !== wish.tenant) throw new AccountConflict(`key ${made.id} was revoked, or is another one of that id`);
  }

  /**
   * Makes a key that may do what another one may, which is good for `overlapMs` more, and no longer than it was anyway.
   * UnknownAccount; AccountConflict where that one is good no more.
   */
  async rotateKey(key: KeyId, overlapMs: number, by?: Actor): Promise<Pick<NewKey, 'id' | 'text'>> {
    const now = this.#now();
    const { tenant, name, scopes, user, project, expiresAt } = this.#valid(key, now);
    const made = newApiKey();
    const until = epochMs(Math.min(now + overlapMs, expiresAt ?? Number.POSITIVE_INFINITY));
    // Both or neither.
    await this.#decide(created(made, { tenant, name, scopes, user: user ?? undefined, project: project ?? undefined }, now, by, key), { kind: 'key-expiry-set', at: now, key, expiresAt: until, ...actor(by) });
    return { id: made.id, text: made.text };
  }

  /** From now on the key opens nothing; once more changes nothing. UnknownAccount. */
  async revokeKey(key: KeyId, by?: Actor): Promise<void> {
    const known = this.#accounts.key(key);
    if (known === undefined) throw new UnknownAccount(`there is no key ${key}`);
    if (known.revokedAt === null) await this.#decide({ kind: 'key-revoked', at: this.#now(), key, ...actor(by) });
  }

  #tenant(tenant: TenantId): void {
    if (this.#accounts.tenant(tenant) === undefined) throw new UnknownAccount(`there is no tenant ${tenant}`);
  }

  #openProject({ tenant, project }: Pick<KeyWish, 'tenant' | 'project'>): void {
    if (project !== undefined && (this.#accounts.projects.get(tenant, project)?.closedAt ?? null) !== null) throw new AccountConflict(`project ${project} is closed`);
  }

  #valid(key: KeyId, now: EpochMs): KeySummary {
    const known = this.#accounts.key(key);
    if (known === undefined) throw new UnknownAccount(`there is no key ${key}`);
    if (known.revokedAt !== null) throw new AccountConflict(`key ${key} is revoked`);
    if (known.expiresAt !== null && known.expiresAt <= now) throw new AccountConflict(`key ${key} has expired`);
    return known;
  }

  async #decide(...commands: readonly AccountCommand[]): Promise<void> {
    await this.#log.append(commands);
    for (const command of commands) this.#accounts.apply(command);
  }
}

function created({ id, digest }: NewKey, { tenant, name, scopes, user, project, expiresAt }: KeyWish, at: EpochMs, by: Actor | undefined, rotates?: KeyId): AccountCommand {
  return { kind: 'key-created', at, key: id, tenant, user: user ?? null, ...(project === undefined ? {} : { project }), name, scopes, digest, expiresAt: expiresAt ?? null, ...(rotates === undefined ? {} : { rotates }), ...actor(by) };
}

const actor = (by: Actor | undefined): { readonly by?: Actor } => (by === undefined ? {} : { by });
