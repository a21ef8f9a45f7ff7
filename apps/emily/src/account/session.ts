import { strict as assert } from 'node:assert';
import { hash, randomBytes } from 'node:crypto';
import { epochMs, type EpochMs, type TenantId } from '../domain/names.ts';
import type { AccountCommand, Actor, CommandLog } from './command.ts';
import { isHouseRole, type Person, type Role } from './role.ts';

const hour = 3_600_000;
/** How long a printed link waits for somebody to open it. */
const linkMsMax = 24 * hour;
const sessionMsMax = 12 * hour;
const tokenBytes = 32;

export type Session = Person & { readonly expiresAt: EpochMs };

/** A link, before it is used: its token is shown once. */
export type Link = { readonly token: string; readonly expiresAt: EpochMs };

/**
 * Who is signed in to the console.
 *
 * - A link signs in once, before it expires; using it and opening the session is one command.
 * - Tokens are 32 random bytes; the log and this table hold their digests only.
 * - Built by `apply` alone, like the table of accounts, so sessions outlive a restart.
 */
export class Sessions {
  readonly #log: CommandLog;
  readonly #now: () => EpochMs;
  readonly #links = new Map<string, Session>();
  readonly #sessions = new Map<string, Session>();
  /** Links that are being used right now: a second use finds them taken, not open. */
  readonly #taken = new Set<string>();

  constructor(log: CommandLog, now: () => EpochMs) {
    this.#log = log;
    this.#now = now;
  }

  apply(command: AccountCommand): void {
    if (command.kind === 'sign-in-link-issued') this.#links.set(command.digest, sessionOf(command));
    else if (command.kind === 'session-opened') {
      this.#links.delete(command.linkDigest);
      this.#sessions.set(command.digest, sessionOf(command));
    } else if (command.kind === 'session-closed') this.#sessions.delete(command.digest);
  }

  /** A token for a sign-in link of the operator: shown once, works once. */
  async issueLink(role: 'operator'): Promise<string> {
    return (await this.issueLinkFor({ role, tenant: undefined })).token;
  }

  /** The same for anybody, and until when it works. `by`: who lets them in; left out: Emily itself. */
  async issueLinkFor({ role, tenant }: Person, by?: Actor): Promise<Link> {
    const token = newToken();
    const at = this.#now();
    const expiresAt = after(at, linkMsMax);
    await this.#decide({ kind: 'sign-in-link-issued', at, digest: digestOf(token), role, ...ofTenant(tenant), expiresAt, ...(by === undefined ? {} : { by }) });
    return { token, expiresAt };
  }

  /** Uses up a link; the answer is the token for the session's cookie, or undefined where the link opens nothing. */
  async signIn(linkToken: string): Promise<string | undefined> {
    const linkDigest = digestOf(linkToken);
    const link = this.#valid(this.#links, linkDigest);
    if (link === undefined || this.#taken.has(linkDigest)) return undefined;
    const token = newToken();
    const at = this.#now();
    this.#taken.add(linkDigest);
    try {
      const expiresAt = after(at, sessionMsMax);
      await this.#decide({ kind: 'session-opened', at, linkDigest, digest: digestOf(token), role: link.role, ...ofTenant(link.tenant), expiresAt });
    } finally {
      this.#taken.delete(linkDigest);
    }
    return token;
  }

  /** The session that a cookie's token belongs to. */
  find(token: string | undefined): Session | undefined {
    return token === undefined ? undefined : this.#valid(this.#sessions, digestOf(token));
  }

  async signOut(token: string): Promise<void> {
    if (this.find(token) !== undefined) await this.#decide({ kind: 'session-closed', at: this.#now(), digest: digestOf(token) });
  }

  #valid(table: Map<string, Session>, digest: string): Session | undefined {
    const found = table.get(digest);
    if (found === undefined || found.expiresAt > this.#now()) return found;
    table.delete(digest);
    return undefined;
  }

  async #decide(command: AccountCommand): Promise<void> {
    await this.#log.append([command]);
    this.apply(command);
  }
}

const ofTenant = (tenant: TenantId | undefined): { readonly tenant?: TenantId } => (tenant === undefined ? {} : { tenant });

function sessionOf({ role, tenant, expiresAt }: { readonly role: Role; readonly tenant?: TenantId; readonly expiresAt: EpochMs }): Session {
  if (isHouseRole(role)) return { role, tenant: undefined, expiresAt };
  assert(tenant !== undefined, `a session of the role ${role} is of no tenant`);
  return { role, tenant, expiresAt };
}

/** Looked up by digest, so that the time a look-up takes tells nothing about any token. */
const digestOf = (token: string): string => hash('sha256', token, 'hex');
const newToken = (): string => randomBytes(tokenBytes).toString('base64url');
const after = (at: EpochMs, ms: number): EpochMs => epochMs(at + ms);
