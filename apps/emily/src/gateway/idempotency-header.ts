import { bodyHashOf } from './body-hash.ts';
import type { Endpoint } from './endpoint.ts';
import { refuse } from './refusal.ts';

/** An idempotency key as a request brings it, and the body it comes with. */
export type IdempotencyHeader = { readonly key: string; readonly bodyHash: string };

const lengthMax = 255;
const visibleAscii = /^[\x21-\x7e]+$/;

export function readIdempotencyHeader(header: string | string[] | undefined, body: Buffer, endpoint: Endpoint): IdempotencyHeader | undefined {
  if (header === undefined) return undefined;
  if (typeof header !== 'string' || header.length > lengthMax || !visibleAscii.test(header)) {
    throw refuse('invalid_idempotency_key', { max: lengthMax });
  }
  return { key: header, bodyHash: bodyHashOf(body, endpoint) };
}
