import type { IncomingMessage } from 'node:http';
import type { FastifyInstance, FastifyReply, fastify } from 'fastify';
import { CHECK_EVERY_MS, HEADERS_MS_MAX, HEADER_BYTES_MAX, TCP_KEEP_ALIVE_MS, headProblem, refuseConnection } from './http-head.ts';
import { type HttpAddress, addressOf, listenAt } from './http-listen.ts';
import { HttpProblem, type Problem, problemText } from './http-problem.ts';
import { refusals } from './http-refusals.ts';

export interface GetOptions {
  readonly host: string;
  /** 0: any that is free. */
  readonly port: number;
  readonly connectionsMax: number;
}

/** A question, as its path and its query ask it. */
export interface Question {
  readonly params: Readonly<Record<string, string>>;
  readonly query: URLSearchParams;
}

export interface GetRoute {
  /** With `:name` where a parameter stands. */
  readonly path: string;
  /** The body of a 200, which is JSON; throws an HttpProblem. */
  answer(question: Question): string;
}

/** A question that changes something: it is posted, with JSON. */
export interface PostRoute {
  /** With `:name` where a parameter stands. */
  readonly path: string;
  /** The body of a 200, which is JSON; throws an HttpProblem. */
  take(question: Question, body: string): Promise<string>;
}

/** An HTTP server that answers questions with JSON, and changes nothing but by its routes for posting, where it has any. */
export class HttpGetServer {
  readonly #host: string;
  readonly #app: FastifyInstance;

  private constructor({ host, connectionsMax }: GetOptions, routes: readonly GetRoute[], posts: readonly PostRoute[], create: typeof fastify) {
    this.#host = host;
    this.#app = create({
      return503OnClosing: false,
      forceCloseConnections: true,
      http: {
        maxHeaderSize: HEADER_BYTES_MAX,
        headersTimeout: HEADERS_MS_MAX,
        requestTimeout: HEADERS_MS_MAX,
        connectionsCheckingInterval: CHECK_EVERY_MS,
        keepAlive: true,
        keepAliveInitialDelay: TCP_KEEP_ALIVE_MS,
        noDelay: true,
      },
      routerOptions: { maxParamLength: HEADER_BYTES_MAX },
      clientErrorHandler: (error, socket) => refuseConnection(error, socket),
      frameworkErrors: (_error, request, reply) => void refuse(reply as unknown as FastifyReply, refusals.badTarget(request.raw.url ?? '')),
    });
    this.#app.server.maxConnections = connectionsMax;
    this.#app.addHook('onRequest', (request, reply, done) => {
      const { method } = request.raw;
      const isPost = method === 'POST' && posts.length > 0;
      const problem = headProblem(request.raw) ?? (isPost ? postProblem(request.raw, host) : method === 'GET' || method === 'HEAD' ? undefined : refusals.onlyGet(method ?? ''));
      if (problem === undefined) done();
      else void refuse(reply, problem);
    });
    this.#app.setNotFoundHandler((request, reply) => refuse(reply, refusals.unknownPath(request.raw.url ?? '')));
    this.#app.setErrorHandler((error, _request, reply) => refuse(reply, problemOf(error)));
    for (const { path, answer } of routes) {
      this.#app.get(path, ({ params, raw }, reply) => send(reply, 200, answer({ params: params as Record<string, string>, query: queryOf(raw) })));
    }
    if (posts.length === 0) return;
    // As text: whoever takes it says what is wrong with it.
    this.#app.removeAllContentTypeParsers();
    this.#app.addContentTypeParser('application/json', { parseAs: 'string', bodyLimit: BODY_BYTES_MAX }, (_request, body, done) => done(null, body));
    for (const { path, take } of posts) {
      this.#app.post(path, async ({ params, raw, body }, reply) => send(reply, 200, await take({ params: params as Record<string, string>, query: queryOf(raw) }, typeof body === 'string' ? body : '')));
    }
  }

  /** PORT_TAKEN where another server listens. */
  static async listen(options: GetOptions, routes: readonly GetRoute[], posts: readonly PostRoute[] = []): Promise<HttpGetServer> {
    const { default: create } = await import('fastify');
    const server = new HttpGetServer(options, routes, posts, create);
    await listenAt(server.#app, options.host, options.port);
    return server;
  }

  get address(): HttpAddress {
    return addressOf(this.#app, this.#host);
  }

  async close(): Promise<void> {
    await this.#app.close();
  }
}

/** Of what is posted: a decision is short. */
const BODY_BYTES_MAX = 16 * 1024;

function problemOf(error: unknown): Problem {
  if (error instanceof HttpProblem) return error.problem;
  const { code } = error as { readonly code?: string };
  if (code === 'FST_ERR_CTP_BODY_TOO_LARGE') return refusals.largeBody('more', BODY_BYTES_MAX);
  if (code === 'FST_ERR_CTP_INVALID_CONTENT_LENGTH') return refusals.cutBody();
  return refusals.internal();
}

/** Web pages of others must not post: they cannot send this type unasked, nor give a server of this machine its own name. */
function postProblem({ headers }: IncomingMessage, host: string): Problem | undefined {
  const type = headers['content-type'] ?? 'no content type';
  if (!/^application\/json\s*(;|$)/i.test(type)) return refusals.onlyJson(type);
  const named = (headers.host ?? '').replace(/:\d+$/, '');
  const isLocal = LOOPBACK.has(host);
  return isLocal && !LOOPBACK.has(named) ? refusals.foreignHost(named) : undefined;
}

const LOOPBACK: ReadonlySet<string> = new Set(['127.0.0.1', 'localhost', '::1', '[::1]']);

function queryOf({ url = '' }: IncomingMessage): URLSearchParams {
  const at = url.indexOf('?');
  const query = at < 0 ? '' : url.slice(at + 1);
  try {
    decodeURIComponent(query);
  } catch {
    // Bytes that are no text would all become one and the same character, and might name another key.
    throw new HttpProblem(refusals.badQuery(query));
  }
  return new URLSearchParams(query);
}

function refuse(reply: FastifyReply, problem: Problem): FastifyReply {
  if (problem.status === 405) reply.header('allow', 'GET, HEAD');
  if (problem.retryAfterSeconds !== undefined) reply.header('retry-after', problem.retryAfterSeconds);
  return send(reply, problem.status, problemText(problem));
}

function send(reply: FastifyReply, status: number, text: string): FastifyReply {
  return reply.code(status).header('content-type', 'application/json; charset=utf-8').send(text);
}
