import { hash, randomBytes } from 'node:crypto';
import { epochMs, type EpochMs, type TenantId, type UserId } from '../domain/names.ts';
import type { AccountCommand, Actor, CommandLog } from './command.ts';
import { type Person, personOf, type Role } from './role.ts';
import type { User } from './users.ts';

const hour = 3_600_000;
/** How long a printed link waits for somebody to open it. */
const linkMsMax = 24 * hour;
const sessionMsMax = 12 * hour;
const tokenBytes = 32;

/** `user`: whose it is; undefined: nobody's in particular. `isByLink`: it was opened with a link, and not with a password. */
export type Session = Person & { readonly user: UserId | undefined; readonly isByLink: boolean; readonly expiresAt: EpochMs };

/** Whom a link signs in. */
export type Guest = Person & { readonly user?: UserId | undefined };

/** A link, before it is used: its token is shown once. */
export type Link = { readonly token: string; readonly expiresAt: EpochMs };

/** What users are now: their role may have changed since they signed in. */
export type UserTable = { get(id: UserId): User | undefined };

const nobody: UserTable = { get: () => undefined };

/**
 * Who is signed in to the console.
 *
 * - A link signs in once, before it expires; using it and opening the session is one command.
 * - Tokens are 32 random bytes; the log and this table hold their digests only.
 * - A user's session has the role that the user has now. It is over when the user is removed, and with every link of
 *   the user when the password changes, except for the session in which it did.
 * - Built by `apply` alone, like the table of accounts, so sessions outlive a restart.
 */
export class Sessions {
  readonly #log: CommandLog;
  readonly #now: () => EpochMs;
  readonly #users: UserTable;
  readonly #links = new Map<string, Session>();
  readonly #sessions = new Map<string, Session>();
  /** Links that are being used right now: a second use finds them taken, not open. */
  readonly #taken = new Set<string>();

  constructor(log: CommandLog, now: () => EpochMs, users: UserTable = nobody) {
    this.#log = log;
    this.#now = now;
    this.#users = users;
  }

  apply(command: AccountCommand): void {
    switch (command.kind) {
      case 'sign-in-link-issued':
        this.#links.set(command.digest, sessionOf(command, true));
        return;
      case 'session-opened':
        if (command.linkDigest !== undefined) this.#links.delete(command.linkDigest);
        this.#sessions.set(command.digest, sessionOf(command, command.linkDigest !== undefined));
        return;
      case 'session-closed':
        this.#sessions.delete(command.digest);
        return;
      case 'user-removed':
        return this.#end(command.user);
      case 'password-set':
        return this.#end(command.user, command.sessionDigest);
      default:
        return; // Other tables read these.
    }
  }

  /** A token for a sign-in link of the operator: shown once, works once. */
  async issueLink(role: 'operator'): Promise<string> {
    return (await this.issueLinkFor({ role, tenant: undefined })).token;
  }

  /** The same for anybody, and until when it works. `by`: who lets them in; left out: Emily itself. */
  async issueLinkFor(guest: Guest, by?: Actor): Promise<Link> {
    const token = newToken();
    const at = this.#now();
    const expiresAt = after(at, linkMsMax);
    await this.#decide({ kind: 'sign-in-link-issued', at, digest: digestOf(token), ...of(guest), expiresAt, ...(by === undefined ? {} : { by }) });
    return { token, expiresAt };
  }

  /** Uses up a link; the answer is the token for the session's cookie, or undefined where the link opens nothing. */
  async signIn(linkToken: string): Promise<string | undefined> {
    const linkDigest = digestOf(linkToken);
    const link = this.#valid(this.#links, linkDigest);
    if (link === undefined || this.#taken.has(linkDigest)) return undefined;
    this.#taken.add(linkDigest);
    try {
      return await this.#open(link, linkDigest);
    } finally {
      this.#taken.delete(linkDigest);
    }
  }

  /** A session of a user whose password was right: the token for its cookie. */
  open({ id, ...person }: User): Promise<string> {
    return this.#open({ ...personOf(person.role, person.tenant), user: id });
  }

  async #open(guest: Guest, linkDigest?: string): Promise<string> {
    const token = newToken();
    const at = this.#now();
    await this.#decide({ kind: 'session-opened', at, ...(linkDigest === undefined ? {} : { linkDigest }), digest: digestOf(token), ...of(guest), expiresAt: after(at, sessionMsMax) });
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
    if (found === undefined) return undefined;
    if (found.expiresAt <= this.#now()) {
      table.delete(digest);
      return undefined;
    }
    if (found.user === undefined) return found;
    const user = this.#users.get(found.user);
    if (user === undefined || user.removedAt !== null) return undefined;
    return { ...found, ...personOf(user.role, user.tenant) };
  }

  #end(user: UserId, except?: string): void {
    for (const table of [this.#links, this.#sessions]) {
      for (const [digest, session] of table) if (session.user === user && digest !== except) table.delete(digest);
    }
  }

  async #decide(command: AccountCommand): Promise<void> {
    await this.#log.append([command]);
    this.apply(command);
  }
}

type Told = { readonly role: Role; readonly tenant?: TenantId; readonly user?: UserId };

/** As commands tell it. */
const of = ({ role, tenant, user }: Guest): Told => ({ role, ...(tenant === undefined ? {} : { tenant }), ...(user === undefined ? {} : { user }) });

const sessionOf = ({ role, tenant, user, expiresAt }: Told & { readonly expiresAt: EpochMs }, isByLink: boolean): Session => ({ ...personOf(role, tenant), user, isByLink, expiresAt });

/** Looked up by digest, so that the time a look-up takes tells nothing about any token. */
export const digestOf = (token: string): string => hash('sha256', token, 'hex');
const newToken = (): string => randomBytes(tokenBytes).toString('base64url');
const after = (at: EpochMs, ms: number): EpochMs => epochMs(at + ms);
