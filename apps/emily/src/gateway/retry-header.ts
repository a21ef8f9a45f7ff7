import { bodyHashOf } from './body-hash.ts';
import type { Endpoint } from './endpoint.ts';

/** Which attempt a client says this is, from 0, and the body that it sends each time. */
export type RetryHeader = { readonly count: number; readonly bodyHash: string };

const count = /^\d{1,3}$/;

/** What stock clients say in `X-Stainless-Retry-Count`; a client that says nothing, or no number, is held to nothing. */
export function readRetryHeader(header: string | string[] | undefined, body: Buffer, endpoint: Endpoint): RetryHeader | undefined {
  if (typeof header !== 'string' || !count.test(header)) return undefined;
  return { count: Number(header), bodyHash: bodyHashOf(body, endpoint) };
}
