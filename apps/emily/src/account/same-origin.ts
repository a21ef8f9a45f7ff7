import type { IncomingHttpHeaders } from 'node:http';

const safeMethods = new Set(['GET', 'HEAD', 'OPTIONS']);

/**
 * Whether a request that rides on a cookie comes from our own pages, as far as it changes anything.
 *
 * Browsers say where a request comes from in `sec-fetch-site`; those that don't (and only
 * those) are judged by `origin`. A request that says neither is not from a browser of ours.
 */
export function comesFromOurPages(method: string, headers: IncomingHttpHeaders, ownOrigin: string): boolean {
  if (safeMethods.has(method)) return true;
  const site = headers['sec-fetch-site'];
  return site === undefined ? headers.origin === ownOrigin : site === 'same-origin';
}
