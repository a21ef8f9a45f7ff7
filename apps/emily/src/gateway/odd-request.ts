import type { IncomingMessage } from 'node:http';
import { refuse } from './refusal.ts';

/** Node drops what comes after the first 2,000 headers in silence; nobody needs so many. */
const HEADERS_MAX = 100;

/** Headers of which the first one, the last one or both may count, and that decide who asks, where and for what. */
const single: readonly string[] = ['host', 'authorization', 'content-type', 'content-length'];

/**
 * Refuses what Node lets through and two servers in a row may read differently: that is how
 * requests are smuggled past the first of them.
 */
export function refuseOddRequest({ method, url, headers, rawHeaders, httpVersion }: IncomingMessage): void {
  if (url?.startsWith('/') !== true) throw odd('its target is not a path');
  if (rawHeaders.length > 2 * HEADERS_MAX) throw odd(`it has ${rawHeaders.length / 2} headers, and at most ${HEADERS_MAX} are taken`);
  if (headers.host === undefined && httpVersion === '1.1') throw odd('it has no Host');
  for (const name of single) {
    if (times(rawHeaders, name) > 1) throw odd(`it has more than one ${name} header`);
  }
  const { expect: expectation } = headers;
  if (expectation !== undefined && expectation.toLowerCase() !== '100-continue') throw odd('it expects something that is not 100-continue');
  const hasBody = headers['transfer-encoding'] !== undefined || Number(headers['content-length'] ?? 0) > 0;
  if (hasBody && (method === 'GET' || method === 'HEAD')) throw odd(`a ${method} has no body`);
}

const odd = (problem: string): Error => refuse('odd_request', { problem });

function times(rawHeaders: readonly string[], name: string): number {
  let found = 0;
  for (let i = 0; i < rawHeaders.length; i += 2) {
    const raw = rawHeaders[i]!;
    if (raw.length === name.length && raw.toLowerCase() === name) found += 1;
  }
  return found;
}
