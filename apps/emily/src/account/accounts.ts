import { timingSafeEqual } from 'node:crypto';
import type { ProjectId } from '../domain/budget.ts';
import type { EpochMs, KeyId, TenantId, UserId } from '../domain/names.ts';
import { idOfKey, keyDigest } from './api-key.ts';
import type { AccountCommand, KeyCreated } from './command.ts';
import type { Credential, Scope } from '../domain/credential.ts';
import { Projects } from './projects.ts';

export type Tenant = { readonly id: TenantId; readonly name: string; readonly createdAt: EpochMs };

/** A key as lists show it: nothing in it opens anything. */
export type KeySummary = {
  readonly id: KeyId;
  readonly tenant: TenantId;
  readonly user: UserId | null;
  readonly project: ProjectId | null;
  readonly name: string;
  readonly scopes: readonly Scope[];
  readonly createdAt: EpochMs;
  readonly expiresAt: EpochMs | null;
  readonly revokedAt: EpochMs | null;
};

type Key = KeySummary & { readonly origin: KeyId; readonly digest: Buffer; readonly credential: Credential };

/** Compared where no such key exists, so that an unknown id costs what a wrong secret costs. */
const nobodysDigest = keyDigest('');

/**
 * The tenants, projects and keys that the commands so far have made.
 *
 * - Built by `apply` alone: the same commands give the same table, and a command applied again
 *   changes nothing.
 * - `authenticate` looks up by id and compares digests in constant time.
 */
export class Accounts {
  readonly projects: Projects = new Projects();
  readonly #now: () => EpochMs;
  readonly #tenants = new Map<TenantId, Tenant>();
  readonly #keys = new Map<KeyId, Key>();

  constructor(now: () => EpochMs) {
    this.#now = now;
  }

  apply(command: AccountCommand): void {
    this.projects.apply(command);
    switch (command.kind) {
      case 'tenant-created':
        if (this.#tenants.has(command.tenant)) return;
        this.#tenants.set(command.tenant, { id: command.tenant, name: command.name, createdAt: command.at });
        return;
      case 'key-created':
        if (!this.#keys.has(command.key)) this.#keys.set(command.key, keyOf(command, { origin: this.origin(command.rotates ?? command.key), revokedAt: this.#closedAt(command) }));
        return;
      case 'key-expiry-set': {
        const key = this.#keys.get(command.key);
        if (key !== undefined) this.#keys.set(key.id, { ...key, expiresAt: command.expiresAt });
        return;
      }
      case 'key-revoked': {
        const key = this.#keys.get(command.key);
        if (key !== undefined && key.revokedAt === null) this.#keys.set(key.id, { ...key, revokedAt: command.at });
        return;
      }
      case 'project-created':
      case 'project-closed':
      case 'user-created':
      case 'user-role-set':
      case 'user-removed':
      case 'user-erased':
      case 'password-set':
      case 'sign-in-link-issued':
      case 'session-opened':
      case 'session-closed':
      case 'hold-decided':
      case 'key-limits-set':
      case 'budget-set':
      case 'budget-removed':
      case 'credit-granted':
      case 'budget-alerted':
        return; // Other tables read these.
    }
  }

  /** A key that was made while its project was being closed is closed with it. */
  #closedAt({ tenant, project }: KeyCreated): EpochMs | null {
    return project === undefined ? null : (this.projects.get(tenant, project)?.closedAt ?? null);
  }

  /** Who sends this `authorization` header, or undefined where nobody with a valid key does. */
  authenticate(authorization: string | undefined): Credential | undefined {
    const text = bearer(authorization);
    const id = text === undefined ? undefined : idOfKey(text);
    if (text === undefined || id === undefined) return undefined;
    const key = this.#keys.get(id);
    const matches = timingSafeEqual(keyDigest(text), key?.digest ?? nobodysDigest);
    if (!matches || key === undefined || key.revokedAt !== null) return undefined;
    return key.expiresAt !== null && key.expiresAt <= this.#now() ? undefined : key.credential;
  }

  tenant(id: TenantId): Tenant | undefined {
    return this.#tenants.get(id);
  }

  tenants(): readonly Tenant[] {
    return [...this.#tenants.values()];
  }

  key(id: KeyId): KeySummary | undefined {
    const key = this.#keys.get(id);
    return key === undefined ? undefined : summary(key);
  }

  /** The first of the keys each of which was made in the place of the one before: what limits it limits them all. */
  origin(id: KeyId): KeyId {
    return this.#keys.get(id)?.origin ?? id;
  }

  keysOf(tenant: TenantId): readonly KeySummary[] {
    return [...this.#keys.values()].filter((key) => key.tenant === tenant).map(summary);
  }
}

function keyOf(command: KeyCreated, { origin, revokedAt }: Pick<Key, 'origin' | 'revokedAt'>): Key {
  const { key, tenant, user, project, name, scopes, at, expiresAt } = command;
  return {
    id: key,
    origin,
    tenant,
    user,
    project: project ?? null,
    name,
    scopes,
    createdAt: at,
    expiresAt,
    revokedAt,
    digest: Buffer.from(command.digest, 'hex'),
    credential: { tenant, key, user: user ?? undefined, project, scopes: new Set(scopes) },
  };
}

function summary({ id, tenant, user, project, name, scopes, createdAt, expiresAt, revokedAt }: Key): KeySummary {
  return { id, tenant, user, project, name, scopes, createdAt, expiresAt, revokedAt };
}

function bearer(authorization: string | undefined): string | undefined {
  if (authorization === undefined) return undefined;
  const space = authorization.indexOf(' ');
  return authorization.slice(0, space).toLowerCase() === 'bearer' ? authorization.slice(space + 1).trim() : undefined;
}
