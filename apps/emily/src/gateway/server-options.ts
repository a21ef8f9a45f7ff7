import { randomUUID } from 'node:crypto';
import type { Server, ServerResponse } from 'node:http';
import type { Socket } from 'node:net';
import { LogController, type FastifyHttpOptions, type FastifyReply } from 'fastify';
import { refuse, type Refusal } from './refusal.ts';

const second = 1_000;
const HEADERS_MS_MAX = 10 * second;
const REQUEST_MS_MAX = 30 * second;
const HEADER_BYTES_MAX = 8 * 1_024;
/** Of one part of a path, in characters. */
const PARAM_LENGTH_MAX = 512;

/**
 * How the HTTP server under the gateway is to be made: `fastify({ ...serverOptions, logger })`.
 *
 * A client has ten seconds for its headers and thirty for its whole request; how long the
 * answer takes is the gateway's affair. Stopping is the gateway's affair too: it refuses new
 * calls in its clients' language while the open ones end, for which Fastify's own limit on
 * plug-ins (which counts for closing too) would leave no time.
 *
 * What is no request, or has no path, never gets to a route: it is answered here, in the same shape.
 */
export const serverOptions: FastifyHttpOptions<Server> = {
  requestTimeout: REQUEST_MS_MAX,
  return503OnClosing: false,
  pluginTimeout: 0,
  logController: new LogController({ disableRequestLogging: true }),
  genReqId: () => `req_${randomUUID().replaceAll('-', '')}`,
  routerOptions: { maxParamLength: PARAM_LENGTH_MAX },
  http: {
    headersTimeout: HEADERS_MS_MAX,
    connectionsCheckingInterval: second,
    maxHeaderSize: HEADER_BYTES_MAX,
    insecureHTTPParser: false,
    // A request without a Host is refused in words, see refuseOddRequest.
    requireHostHeader: false,
  },
  frameworkErrors: ({ code }, { id, raw }, reply) => {
    const refusal = code === 'FST_ERR_MAX_PARAM_LENGTH' ? refuse('url_too_long', { max: PARAM_LENGTH_MAX }) : refuse('bad_url', { url: raw.url ?? '' });
    void (reply as unknown as FastifyReply)
      .code(refusal.status)
      .headers({ ...refusal.headers(), 'x-request-id': id, 'content-type': 'application/json; charset=utf-8' })
      .send(refusal.json());
  },
  clientErrorHandler: ({ code }, socket) => hangUp(code, socket as Socket),
};

const statusTexts: Readonly<Record<number, string>> = { 400: 'Bad Request', 408: 'Request Timeout', 431: 'Request Header Fields Too Large' };

/** Answers what is no HTTP, and closes the connection. */
function hangUp(code: string | undefined, socket: Socket): void {
  // In the middle of an answer a second one would only garble it.
  const { _httpMessage: answer } = socket as Socket & { readonly _httpMessage?: ServerResponse | null };
  if (code === 'ECONNRESET' || !socket.writable || answer?.headersSent === true) return void socket.destroy();
  const refusal = refusalOf(code);
  const body = refusal.json();
  const headers = { ...refusal.headers(), 'content-type': 'application/json; charset=utf-8', 'content-length': Buffer.byteLength(body), connection: 'close' };
  const lines = Object.entries(headers).map(([name, value]) => `${name}: ${value}\r\n`);
  socket.end(`HTTP/1.1 ${refusal.status} ${statusTexts[refusal.status]}\r\n${lines.join('')}\r\n${body}`);
}

function refusalOf(code = 'unknown'): Refusal {
  if (code === 'HPE_HEADER_OVERFLOW') return refuse('headers_too_large', { max: HEADER_BYTES_MAX });
  if (code === 'ERR_HTTP_REQUEST_TIMEOUT') return refuse('request_timeout', { headersMs: HEADERS_MS_MAX, requestMs: REQUEST_MS_MAX });
  return refuse('malformed_request', { problem: code });
}
