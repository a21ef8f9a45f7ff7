import type { FastifyReply, FastifyRequest } from 'fastify';
import type { Accounts } from '../account/accounts.ts';
import { type Act, actsOfRole, actsOfScope } from '../account/rights.ts';
import { type CookieOptions, tokenFromCookies } from '../account/session-cookie.ts';
import type { Session, Sessions } from '../account/session.ts';
import { comesFromOurPages } from '../account/same-origin.ts';
import type { Credential } from '../domain/credential.ts';
import type { TenantId } from '../domain/names.ts';
import type { Problem } from '../gateway/problem.ts';
import { keyLacks, keyRefused, notSignedIn, operatorOnly, refuse, roleLacks } from './refuse.ts';

/** Who administers, or reads: `Who`. */
export type Administrator = Who;

/** Who asks, in the words of the audit, and the tenant whose numbers and accounts those are; undefined: everybody's. */
export type Who = { readonly by: string; readonly of: TenantId | undefined };

export type AccessParts = {
  readonly accounts: Accounts;
  readonly sessions: Sessions;
  /** The tenant whose administrators act for the operator. */
  readonly operator: TenantId;
  /** Where browsers find Emily, if that is not where it listens: `https://emily.example`. */
  readonly publicOrigin: string | undefined;
};

/**
 * Who may do what, from the credential alone: a key, or else the session of the console's cookie.
 * What each may is in `rights.ts`; here it is asked for, and refused with 401 or 403.
 */
export class Access {
  readonly #accounts: Accounts;
  readonly #sessions: Sessions;
  readonly #operator: TenantId;
  readonly #publicOrigin: string | undefined;

  constructor({ accounts, sessions, operator, publicOrigin }: AccessParts) {
    this.#accounts = accounts;
    this.#sessions = sessions;
    this.#operator = operator;
    this.#publicOrigin = publicOrigin;
  }

  get operatorTenant(): TenantId {
    return this.#operator;
  }

  /** What the console's cookie is like: bound to TLS where browsers come by TLS. */
  get cookie(): CookieOptions {
    return { secure: this.#publicOrigin?.startsWith('https:') === true };
  }

  /** Who may do this; answers 401 or 403 and gives undefined where nobody does who may. */
  async who(request: FastifyRequest, reply: FastifyReply, act: Act): Promise<Who | undefined> {
    const found = request.headers.authorization === undefined ? this.#bySession(request, act) : this.#byKey(request.headers.authorization, act);
    if (!('status' in found)) return found;
    await refuse(reply, found);
    return undefined;
  }

  /** The same for what is decided for all of Emily, in the words of the audit alone. */
  async operatorBy(request: FastifyRequest, reply: FastifyReply): Promise<string | undefined> {
    return (await this.who(request, reply, 'operate'))?.by;
  }

  /** Whether it is somebody who may see how Emily runs; answers 401 or 403 otherwise. */
  async onlyOperator(request: FastifyRequest, reply: FastifyReply): Promise<boolean> {
    return (await this.who(request, reply, 'watch')) !== undefined;
  }

  /** Who may administer accounts: the operator everybody's, an administrator of a tenant its own. */
  administrator(request: FastifyRequest, reply: FastifyReply): Promise<Who | undefined> {
    return this.who(request, reply, 'administer');
  }

  /** Who may see numbers: those of the house everybody's, others their tenant's. */
  reader(request: FastifyRequest, reply: FastifyReply): Promise<Who | undefined> {
    return this.who(request, reply, 'read');
  }

  /** The session that a request comes with; from our own pages, where it changes anything. */
  session(request: FastifyRequest): Session | undefined {
    return this.isFromOurPages(request) ? this.#sessions.find(this.token(request)) : undefined;
  }

  /** The token of the console's cookie. */
  token(request: FastifyRequest): string | undefined {
    return tokenFromCookies(request.headers.cookie, this.cookie);
  }

  /** Whether a request that changes something, and that a browser may have sent by itself, is from our own pages. */
  isFromOurPages({ method, headers, protocol, host }: FastifyRequest): boolean {
    return comesFromOurPages(method, headers, this.#publicOrigin ?? `${protocol}://${host}`);
  }

  /** Whether the request comes with the session of somebody who may see how Emily runs. */
  watches(request: FastifyRequest): boolean {
    const session = this.session(request);
    return session !== undefined && actsOfRole[session.role].includes('watch');
  }

  #bySession(request: FastifyRequest, act: Act): Who | Problem {
    const session = this.session(request);
    if (session === undefined) return notSignedIn;
    if (actsOfRole[session.role].includes(act)) return { by: nameOf(session), of: session.tenant };
    return isOfTheHouse(act) && session.tenant !== undefined ? operatorOnly : roleLacks(session.role);
  }

  #byKey(authorization: string, act: Act): Who | Problem {
    const credential = this.#accounts.authenticate(authorization);
    if (credential === undefined) return keyRefused;
    const by = `key ${credential.key}`;
    if (this.#isOperators(credential)) return { by, of: undefined };
    if ([...credential.scopes].some((scope) => actsOfScope[scope].includes(act))) return { by, of: credential.tenant };
    return isOfTheHouse(act) && credential.scopes.has('admin') ? operatorOnly : keyLacks(act === 'read' ? 'read' : 'admin');
  }

  #isOperators({ tenant, scopes }: Credential): boolean {
    return tenant === this.#operator && scopes.has('admin');
  }
}

/** What nobody of a tenant may do. */
const isOfTheHouse = (act: Act): boolean => !actsOfRole.admin.includes(act);

/** How the audit names one who acted with a session. */
export const nameOf = ({ role, tenant, user }: Pick<Session, 'role' | 'tenant' | 'user'>): string => {
  if (user !== undefined) return `user ${user}`;
  if (tenant !== undefined) return `console session of ${tenant}`;
  return role === 'operator' ? 'console session' : `console session of ${role}`;
};
