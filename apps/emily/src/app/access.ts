import type { FastifyReply, FastifyRequest } from 'fastify';
import type { Accounts } from '../account/accounts.ts';
import { tokenFromCookies } from '../account/session-cookie.ts';
import type { Sessions } from '../account/session.ts';
import { comesFromOurPages } from '../account/same-origin.ts';
import type { Scope } from '../domain/credential.ts';
import type { KeyId, TenantId } from '../domain/names.ts';
import { keyLacks, keyRefused, notSignedIn, operatorOnly, refuse } from './refuse.ts';

/** Who may see what: one tenant's numbers, or, as the operator, everyone's. */
export type Viewer = { readonly kind: 'tenant'; readonly tenant: TenantId; readonly key: KeyId } | { readonly kind: 'operator' };

/** Who administers, in words, and the tenant whose accounts those are; undefined: everybody's. */
export type Administrator = { readonly by: string; readonly of: TenantId | undefined };

export class Access {
  readonly #accounts: Accounts;
  readonly #sessions: Sessions;

  readonly #operator: TenantId;

  /** `operator` is the tenant whose administrators act for the operator. */
  constructor(accounts: Accounts, sessions: Sessions, operator: TenantId) {
    this.#accounts = accounts;
    this.#sessions = sessions;
    this.#operator = operator;
  }

  /** The holder of a key with this scope, or of a console session; answers 401 or 403 and gives undefined otherwise. */
  async viewer(request: FastifyRequest, reply: FastifyReply, scope: Scope): Promise<Viewer | undefined> {
    if (request.headers.authorization === undefined) {
      if (this.operator(request)) return { kind: 'operator' };
      await refuse(reply, notSignedIn);
      return undefined;
    }
    const credential = this.#accounts.authenticate(request.headers.authorization);
    if (credential === undefined) {
      await refuse(reply, keyRefused);
      return undefined;
    }
    if (!credential.scopes.has(scope)) {
      await refuse(reply, keyLacks(scope));
      return undefined;
    }
    return { kind: 'tenant', tenant: credential.tenant, key: credential.key };
  }

  /** Whether it is the operator, by session or by a key with the scope `admin`; answers 401 or 403 otherwise. */
  async onlyOperator(request: FastifyRequest, reply: FastifyReply): Promise<boolean> {
    return (await this.operatorBy(request, reply)) !== undefined;
  }

  /** With what the operator proves to be that, in words; answers 401 or 403 and gives undefined where it is somebody else. */
  async operatorBy(request: FastifyRequest, reply: FastifyReply): Promise<string | undefined> {
    const viewer = await this.viewer(request, reply, 'admin');
    if (viewer === undefined) return undefined;
    if (viewer.kind === 'operator') return 'console session';
    if (viewer.tenant === this.#operator) return `key ${viewer.key}`;
    await refuse(reply, operatorOnly);
    return undefined;
  }

  /** Who may administer accounts: the operator everybody's, an administrator of a tenant its own; answers 401 or 403 otherwise. */
  async administrator(request: FastifyRequest, reply: FastifyReply): Promise<Administrator | undefined> {
    const viewer = await this.viewer(request, reply, 'admin');
    if (viewer === undefined) return undefined;
    if (viewer.kind === 'operator') return { by: 'console session', of: undefined };
    return { by: `key ${viewer.key}`, of: viewer.tenant === this.#operator ? undefined : viewer.tenant };
  }

  /** Who may look at a tenant's numbers, or as the operator at everybody's; answers 401 or 403 otherwise. */
  async reader(request: FastifyRequest, reply: FastifyReply): Promise<Pick<Administrator, 'of'> | undefined> {
    const scopes = this.#accounts.authenticate(request.headers.authorization)?.scopes;
    const isAdmin = scopes?.has('admin') === true;
    const viewer = await this.viewer(request, reply, isAdmin ? 'admin' : 'read');
    if (viewer === undefined) return undefined;
    return { of: viewer.kind === 'operator' || (isAdmin && viewer.tenant === this.#operator) ? undefined : viewer.tenant };
  }

  /** Whether the request comes with an operator's session, from our own pages where it changes anything. */
  operator(request: FastifyRequest): boolean {
    const token = tokenFromCookies(request.headers.cookie, { secure: false });
    if (this.#sessions.find(token)?.role !== 'operator') return false;
    return comesFromOurPages(request.method, request.headers, `${request.protocol}://${request.host}`);
  }
}
