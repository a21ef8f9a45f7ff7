import type { FastifyReply, FastifyRequest } from 'fastify';
import type { Credential, Scope } from '../domain/credential.ts';
import { requestId, type RequestId } from '../domain/names.ts';
import type { Clock } from './clock.ts';
import { refuse } from './refusal.ts';

/** One request to the gateway, and what is known of it so far. */
export type Caller = {
  readonly id: RequestId;
  readonly arrivedMs: number;
  /** Who sends it; undefined where its key is not valid. */
  readonly credential: Credential | undefined;
  /** The model it asks for, once that was read. */
  model: string | null;
  /** A call was admitted for it: from then on its end is a `finished`, not a `refused`. */
  admitted: boolean;
  /** Puts headers on the answer, whatever it will be. */
  readonly tell: (headers: Readonly<Record<string, string>>) => void;
};

/** A caller whose key is valid. */
export type KnownCaller = Caller & { readonly credential: Credential };

/** Who holds the key in an `authorization` header. */
export interface Authenticator {
  authenticate(authorization: string | undefined): Credential | undefined;
}

declare module 'fastify' {
  interface FastifyRequest {
    caller: Caller | null;
  }
}

/** Names the request and its caller, before a byte of the body is read. */
export function identify(request: FastifyRequest, reply: FastifyReply, accounts: Authenticator, clock: Clock): Caller {
  const caller: Caller = {
    id: requestId(request.id),
    arrivedMs: clock.monotonicMs(),
    credential: accounts.authenticate(request.headers.authorization),
    model: null,
    admitted: false,
    tell: (headers) => void reply.headers(headers),
  };
  request.caller = caller;
  reply.header('x-request-id', caller.id);
  return caller;
}

/** The caller, who must hold one of these scopes. */
export function callerWith(request: FastifyRequest, ...scopes: [Scope, ...Scope[]]): KnownCaller {
  const { caller } = request;
  if (!isKnown(caller)) throw refuse('invalid_api_key', {});
  if (!scopes.some((scope) => caller.credential.scopes.has(scope))) throw refuse('insufficient_scope', { scope: scopes[0] });
  return caller;
}

const isKnown = (caller: Caller | null): caller is KnownCaller => caller?.credential !== undefined;
