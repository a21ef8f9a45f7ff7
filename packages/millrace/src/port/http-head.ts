import type { IncomingMessage } from 'node:http';
import type { Socket } from 'node:net';
import { type Problem, problemText } from './http-problem.ts';
import { refusals } from './http-refusals.ts';

/** The limits of a request's head, the same for every server. */
export const HEADER_BYTES_MAX: number = 8 * 1024;
export const HEADERS_MAX = 100;
export const HEADERS_MS_MAX = 10_000;
export const CHECK_EVERY_MS = 1_000;
export const TCP_KEEP_ALIVE_MS = 60_000;

/** What Node lets through and should not: too many headers, a second Host, a target that is no path. */
export function headProblem({ url = '', rawHeaders }: IncomingMessage): Problem | undefined {
  if (rawHeaders.length > 2 * HEADERS_MAX) return refusals.manyHeaders(rawHeaders.length / 2, HEADERS_MAX);
  let hosts = 0;
  for (let i = 0; i < rawHeaders.length; i += 2) {
    const name = rawHeaders[i] as string;
    if (name.length === 4 && name.toLowerCase() === 'host') hosts += 1;
  }
  if (hosts > 1) return refusals.severalHosts(hosts);
  return url.startsWith('/') ? undefined : refusals.badTarget(url);
}

/** Answers what is no HTTP, in as few words, and hangs up. */
export function refuseConnection(error: NodeJS.ErrnoException, socket: Socket): void {
  if (error.code === 'ECONNRESET' || socket.destroyed || !socket.writable) return void socket.destroy();
  const problem = refusals.malformed(error.code ?? '');
  const body = problemText(problem);
  const head = `HTTP/1.1 ${problem.status} ${problem.code}\r\ncontent-type: application/json; charset=utf-8`;
  socket.end(`${head}\r\ncontent-length: ${Buffer.byteLength(body)}\r\nconnection: close\r\n\r\n${body}`);
}
