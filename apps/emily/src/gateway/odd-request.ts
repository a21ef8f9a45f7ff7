import type { IncomingMessage } from 'node:http';
import { refuse } from './refusal.ts';

/**
 * Refuses what Node lets through and two servers in a row may read differently: that is how
 * requests are smuggled past the first of them.
 */
export function refuseOddRequest({ method, url, headers, rawHeaders }: IncomingMessage): void {
  if (url?.startsWith('/') !== true) throw refuse('odd_request', { problem: 'its target is not a path' });
  const hosts = rawHeaders.filter((name, index) => index % 2 === 0 && name.length === 4 && name.toLowerCase() === 'host').length;
  if (hosts > 1) throw refuse('odd_request', { problem: 'it has more than one Host' });
  const hasBody = headers['transfer-encoding'] !== undefined || Number(headers['content-length'] ?? 0) > 0;
  if (hasBody && (method === 'GET' || method === 'HEAD')) throw refuse('odd_request', { problem: `a ${method} has no body` });
}
