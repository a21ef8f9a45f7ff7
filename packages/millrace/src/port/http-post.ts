import type { IncomingMessage } from 'node:http';
import type { Socket } from 'node:net';
import type { FastifyError, FastifyInstance, FastifyReply, fastify } from 'fastify';
import { CHECK_EVERY_MS, HEADERS_MS_MAX, HEADER_BYTES_MAX, TCP_KEEP_ALIVE_MS, headProblem, refuseConnection } from './http-head.ts';
import { type HttpAddress, addressOf, listenAt } from './http-listen.ts';
import { HttpProblem, type Problem, problemText } from './http-problem.ts';
import { refusals } from './http-refusals.ts';

const BODY_MS_MAX = 30_000;

export interface PostOptions {
  readonly host: string;
  /** 0: any that is free. */
  readonly port: number;
  readonly path: string;
  readonly bodyBytesMax: number;
  readonly connectionsMax: number;
  /** How long the body of a request may take to come; streams may take as long as they like. Default 30 s. */
  readonly bodyMsMax?: number;
}

/** Who answers; each gives the body of a 200, which is JSON, or throws an HttpProblem. */
export interface PostHandlers {
  /** A body of application/json, whole. */
  json(body: Buffer): Promise<string>;
  /** A body of application/x-ndjson, as it comes. */
  lines(body: AsyncIterable<Uint8Array>): Promise<string>;
}

/**
 * An HTTP server with one resource, to which JSON and streams of JSON lines are posted.
 *
 * What Node lets through and should not is refused here, before anything is parsed: a second Host, a
 * target that is no path, too many headers, bodies that are compressed, too large or too slow.
 */
export class HttpPostServer {
  readonly #options: PostOptions;
  readonly #handlers: PostHandlers;
  readonly #app: FastifyInstance;
  /** Requests whose body has not come whole, and when they began, by the monotonic clock. */
  readonly #reading = new Map<IncomingMessage, number>();
  readonly #connections = new Set<Socket>();
  /** Connections whose request has come whole and is being answered. */
  readonly #answering = new Set<Socket>();
  #closing = false;

  private constructor(options: PostOptions, handlers: PostHandlers, create: typeof fastify) {
    this.#options = options;
    this.#handlers = handlers;
    this.#app = this.#build(create);
  }

  /** PORT_TAKEN where another server listens. */
  static async listen(options: PostOptions, handlers: PostHandlers): Promise<HttpPostServer> {
    // Only here: whoever serves nothing loads no server.
    const { default: create } = await import('fastify');
    const server = new HttpPostServer(options, handlers, create);
    await listenAt(server.#app, options.host, options.port);
    server.#startChecking();
    return server;
  }

  get address(): HttpAddress {
    return addressOf(this.#app, this.#options.host, this.#options.path);
  }

  /** Answers what has come whole, cuts the rest, and stops listening. */
  async close(): Promise<void> {
    this.#closing = true;
    for (const socket of this.#connections) if (!this.#answering.has(socket)) socket.destroy();
    await this.#app.close();
  }

  #build(create: typeof fastify): FastifyInstance {
    const app = create({
      bodyLimit: this.#options.bodyBytesMax,
      return503OnClosing: false,
      http: {
        maxHeaderSize: HEADER_BYTES_MAX,
        headersTimeout: HEADERS_MS_MAX,
        connectionsCheckingInterval: CHECK_EVERY_MS,
        keepAlive: true,
        keepAliveInitialDelay: TCP_KEEP_ALIVE_MS,
        noDelay: true,
      },
      clientErrorHandler: (error, socket) => refuseConnection(error, socket as Socket),
      frameworkErrors: (_error, request, reply) => {
        void this.#refuse(reply as unknown as FastifyReply, refusals.badTarget(request.raw.url ?? ''));
      },
    });
    app.server.maxConnections = this.#options.connectionsMax;
    app.server.on('connection', (socket) => {
      this.#connections.add(socket);
      socket.once('close', () => this.#connections.delete(socket));
    });
    app.addHook('onRequest', (request, reply, done) => {
      const problem = this.#objection(request.raw);
      if (problem !== undefined) return void this.#refuse(reply, problem);
      this.#reading.set(request.raw, performance.now());
      done();
    });
    app.setNotFoundHandler((request, reply) => this.#refuse(reply, refusals.notFound(request.raw.url ?? '', this.#options.path)));
    app.setErrorHandler((error: FastifyError, request, reply) => this.#refuse(reply, this.#problemOf(error, request.raw)));
    app.removeAllContentTypeParsers();
    app.addContentTypeParser('application/json', { parseAs: 'buffer' }, (_request, body, done) => done(null, body));
    app.addContentTypeParser('application/x-ndjson', (_request, payload, done) => done(null, payload));
    app.post(this.#options.path, ({ body, raw }, reply) => {
      this.#reading.delete(raw);
      const whole = Buffer.isBuffer(body);
      if (whole) this.#answering.add(raw.socket);
      const answer = whole ? this.#handlers.json(body) : this.#handlers.lines(raw);
      answer.then(
        (text) => this.#send(reply, 200, text),
        (error: unknown) => this.#refuse(reply, this.#problemOf(error, raw)),
      );
    });
    return app;
  }

  /** What is wrong with a request that can be told from its head. */
  #objection(request: IncomingMessage): Problem | undefined {
    const { url = '', method = '', headers } = request;
    if (this.#closing) return refusals.closing();
    const problem = headProblem(request);
    if (problem !== undefined) return problem;
    const { path } = this.#options;
    if (url !== path && !url.startsWith(`${path}?`)) return refusals.notFound(url, path);
    if (method !== 'POST') return refusals.badMethod(method);
    const { 'content-encoding': encoding = 'identity' } = headers;
    if (encoding !== 'identity') return refusals.badType(`content encoding ${encoding}`);
    return undefined;
  }

  #problemOf(error: unknown, request: IncomingMessage): Problem {
    if (error instanceof HttpProblem) return error.problem;
    switch ((error as FastifyError).code) {
      case 'FST_ERR_CTP_INVALID_MEDIA_TYPE':
        return refusals.badType(request.headers['content-type'] ?? 'no content type');
      case 'FST_ERR_CTP_BODY_TOO_LARGE':
        return refusals.largeBody(request.headers['content-length'] ?? 'more', this.#options.bodyBytesMax);
      case 'FST_ERR_CTP_INVALID_CONTENT_LENGTH':
        return refusals.cutBody();
      default:
        return refusals.internal();
    }
  }

  #refuse(reply: FastifyReply, problem: Problem): FastifyReply {
    const { status, retryAfterSeconds } = problem;
    if (retryAfterSeconds !== undefined) reply.header('retry-after', retryAfterSeconds);
    if (status === 405) reply.header('allow', 'POST');
    // What else this client has on the way is not worth reading.
    if (!reply.request.raw.complete) reply.header('connection', 'close');
    this.#reading.delete(reply.request.raw);
    return this.#send(reply, status, problemText(problem));
  }

  #send(reply: FastifyReply, status: number, text: string): FastifyReply {
    this.#answering.delete(reply.request.raw.socket);
    if (this.#closing) reply.header('connection', 'close');
    return reply.code(status).header('content-type', 'application/json; charset=utf-8').send(text);
  }

  /** Cuts requests whose body takes too long; Node's own limit would cut streams as well. */
  #startChecking(): void {
    const { bodyMsMax = BODY_MS_MAX } = this.#options;
    const timer = setInterval(() => {
      const now = performance.now();
      for (const [request, began] of this.#reading) {
        if (request.destroyed) this.#reading.delete(request);
        else if (now - began > bodyMsMax) request.destroy();
      }
    }, Math.min(CHECK_EVERY_MS, bodyMsMax));
    timer.unref();
    this.#app.server.once('close', () => clearInterval(timer));
  }
}
