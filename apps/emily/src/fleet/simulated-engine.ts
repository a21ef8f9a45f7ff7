import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { crc32 } from 'node:zlib';
import { AnswerStream, chatForm, drawChoices, outputTokens, textForm, wholeAnswer, type SimulatedAnswer, type Streaming, type StreamUsage } from './simulated-answer.ts';
import { simulatedEmbeddings, tokensOf } from './simulated-embedding.ts';
import { ResponseEvents, wholeResponse } from './simulated-response.ts';
import { BadRequest, readSimulatedChat, readSimulatedCompletion, readSimulatedEmbedding, readSimulatedResponse, type SimulatedRequest } from './simulated-request.ts';

/**
 * A server that speaks the OpenAI protocol, says that it is simulated, and answers with seeded text.
 *
 * - A token is a word: the prompt's count is the words of all contents, the answer has exactly
 *   max_completion_tokens (or max_tokens) words, or a drawn number of them.
 * - The same seed and the same request body give the same answer.
 * - Time passes as in a batching engine: the more requests run, the slower each of them is.
 */
export type SimulatedEngineOptions = {
  readonly model: string;
  readonly seed: number;
  readonly latency: Latency;
};

/** How long an engine with nothing else to do takes; zero answers at once. */
export type Latency = {
  readonly firstTokenMs: number;
  readonly tokenMs: number;
};

/** So many running requests make each of them take twice the time. */
const requestsThatDouble = 16;
/** Words in a chunk of a stream that takes no time, so that a long answer is not a thousand events. */
const wordsPerInstantChunk = 32;
const bodyBytesMax = 64 * 1024 * 1024;

export function simulatedEngine(options: SimulatedEngineOptions): Server {
  return new SimulatedEngine(options).server;
}

/** How an answer is written. */
type Wire = { readonly id: string; readonly whole: (answer: SimulatedAnswer) => string; readonly stream: (answer: SimulatedAnswer, usage: StreamUsage) => Streaming };

const wires = {
  chat: { id: 'chatcmpl-simulated', whole: (answer) => wholeAnswer(answer, chatForm), stream: (answer, usage) => new AnswerStream(answer, chatForm, usage) },
  text: { id: 'cmpl-simulated', whole: (answer) => wholeAnswer(answer, textForm), stream: (answer, usage) => new AnswerStream(answer, textForm, usage) },
  response: { id: 'resp-simulated', whole: wholeResponse, stream: (answer) => new ResponseEvents(answer) },
} satisfies Record<string, Wire>;

/** Answers one body. */
type Post = (body: Buffer, response: ServerResponse) => void;

class SimulatedEngine {
  readonly server: Server;
  readonly #model: string;
  readonly #modelJson: string;
  readonly #seed: number;
  readonly #latency: Latency;
  readonly #createdSeconds = Math.floor(Date.now() / 1_000);
  readonly #posts: ReadonlyMap<string, Post> = new Map<string, Post>([
    ['/v1/chat/completions', (body, response) => this.#complete(wires.chat, readSimulatedChat(body.toString()), body, response)],
    ['/v1/completions', (body, response) => this.#complete(wires.text, readSimulatedCompletion(body.toString()), body, response)],
    ['/v1/responses', (body, response) => this.#complete(wires.response, readSimulatedResponse(body.toString()), body, response)],
    ['/v1/embeddings', (body, response) => this.#embed(body, response)],
  ]);
  #nextId = 0;
  #running = 0;
  #requests = 0;
  #promptTokens = 0;
  #generatedTokens = 0;

  constructor({ model, seed, latency }: SimulatedEngineOptions) {
    this.#model = model;
    this.#modelJson = JSON.stringify(model);
    this.#seed = seed;
    this.#latency = latency;
    this.server = createServer((request, response) => this.#serve(request, response));
    this.server.keepAliveTimeout = 60_000;
  }

  #serve(request: IncomingMessage, response: ServerResponse): void {
    const { method, url } = request;
    const post = method === 'POST' ? this.#posts.get(url ?? '') : undefined;
    if (post !== undefined) this.#readBody(request, response, post);
    else if (method === 'GET' && url === '/v1/models') reply(response, 200, this.#models());
    else if (method === 'GET' && url === '/health') reply(response, 200, this.#health());
    else if (method === 'GET' && url === '/metrics') replyText(response, this.#metrics());
    else reply(response, 404, error(`there is no ${method} ${url} here`, 'not_found'));
  }

  #readBody(request: IncomingMessage, response: ServerResponse, post: Post): void {
    const parts: Buffer[] = [];
    let bytes = 0;
    request.on('data', (part: Buffer) => {
      bytes += part.length;
      if (bytes > bodyBytesMax) request.destroy();
      else parts.push(part);
    });
    request.on('end', () => {
      try {
        post(parts.length === 1 ? parts[0]! : Buffer.concat(parts), response);
      } catch (problem) {
        if (!(problem instanceof BadRequest)) throw problem;
        reply(response, 400, error(problem.message, 'invalid_request'));
      }
    });
  }

  #embed(body: Buffer, response: ServerResponse): void {
    const asked = readSimulatedEmbedding(body.toString());
    if (asked.model !== this.#model) return this.#anotherModel(response);
    this.#requests++;
    this.#promptTokens += tokensOf(asked.inputs);
    this.#running++;
    response.once('close', () => this.#running--);
    this.#later(this.#latency.firstTokenMs, response, () => reply(response, 200, simulatedEmbeddings(asked, this.#modelJson, this.#seed)));
  }

  #anotherModel(response: ServerResponse): void {
    reply(response, 404, error(`this replica serves ${this.#model} only`, 'model_not_found'));
  }

  #complete(wire: Wire, asked: SimulatedRequest, body: Buffer, response: ServerResponse): void {
    if (asked.model !== this.#model) return this.#anotherModel(response);
    const answer: SimulatedAnswer = {
      id: `${wire.id}-${this.#nextId++}`,
      createdSeconds: Math.floor(Date.now() / 1_000),
      modelJson: this.#modelJson,
      promptTokens: asked.promptTokens,
      choices: drawChoices(asked.beginnings, asked.outputTokens, this.#seed ^ crc32(body)),
      finishReason: asked.outputTokens === undefined ? 'stop' : 'length',
    };
    this.#requests++;
    this.#promptTokens += answer.promptTokens;
    this.#running++;
    response.once('close', () => this.#running--);
    if (asked.stream) this.#stream(answer, wire.stream(answer, streamUsage(asked)), response);
    else this.#whole(answer, wire.whole, response);
  }

  /** What a step costs now: everything gets slower by the number of requests that share the engine. */
  #slowed(ms: number): number {
    return ms * (1 + (this.#running - 1) / requestsThatDouble);
  }

  #whole(answer: SimulatedAnswer, written: (answer: SimulatedAnswer) => string, response: ServerResponse): void {
    const words = answer.choices[0]!.words.length;
    this.#later(this.#latency.firstTokenMs + words * this.#latency.tokenMs, response, () => {
      this.#generatedTokens += outputTokens(answer);
      reply(response, 200, written(answer));
    });
  }

  #later(ms: number, response: ServerResponse, send: () => void): void {
    const slowedMs = this.#slowed(ms);
    if (slowedMs === 0) return send();
    const timer = setTimeout(send, slowedMs);
    response.once('close', () => clearTimeout(timer));
  }

  #stream(answer: SimulatedAnswer, stream: Streaming, response: ServerResponse): void {
    response.writeHead(200, { server: serverName, 'content-type': 'text/event-stream', 'cache-control': 'no-cache' });
    const words = answer.choices[0]!.words.length;
    if (this.#latency.firstTokenMs === 0 && this.#latency.tokenMs === 0) {
      let text = stream.start();
      for (let from = 0; from < words; from += wordsPerInstantChunk) text += stream.words(from, wordsPerInstantChunk);
      this.#generatedTokens += stream.sent;
      response.end(text + stream.end());
      return;
    }
    response.write(stream.start());
    let next = 0;
    const step = (): void => {
      if (next >= words) return void response.end(stream.end());
      const before = stream.sent;
      response.write(stream.words(next++, 1));
      this.#generatedTokens += stream.sent - before;
      timer = setTimeout(step, this.#slowed(this.#latency.tokenMs));
    };
    let timer = setTimeout(step, this.#slowed(this.#latency.firstTokenMs));
    response.once('close', () => clearTimeout(timer));
  }

  #models(): string {
    return JSON.stringify({
      object: 'list',
      data: [{
        id: this.#model,
        object: 'model',
        created: this.#createdSeconds,
        owned_by: 'emily',
        description: 'Simulated: seeded words, no model behind it. A token is a word.',
      }],
    });
  }

  /** The counters under the names that vLLM has for them. */
  #metrics(): string {
    const values = { num_requests_running: this.#running, num_requests_waiting: 0, prompt_tokens_total: this.#promptTokens, generation_tokens_total: this.#generatedTokens };
    return Object.entries(values).map(([name, value]) => `vllm:${name} ${value}\n`).join('');
  }

  /** Alive, and the engine's own counters since it started. */
  #health(): string {
    return JSON.stringify({
      status: 'ok',
      simulated: true,
      model: this.#model,
      running: this.#running,
      requests: this.#requests,
      promptTokens: this.#promptTokens,
      generatedTokens: this.#generatedTokens,
    });
  }
}

const serverName = 'emily-simulated-replica';

const streamUsage = (asked: SimulatedRequest): StreamUsage => {
  if (!asked.includeUsage) return 'none';
  return asked.continuousUsage ? 'continuous' : 'final';
};

function reply(response: ServerResponse, status: number, json: string): void {
  response.writeHead(status, {
    server: serverName,
    'content-type': 'application/json',
    'content-length': Buffer.byteLength(json),
  });
  response.end(json);
}

function replyText(response: ServerResponse, text: string): void {
  response.writeHead(200, { server: serverName, 'content-type': 'text/plain; version=0.0.4', 'content-length': Buffer.byteLength(text) });
  response.end(text);
}

const error = (message: string, code: string): string =>
  JSON.stringify({ error: { message, type: 'invalid_request_error', param: null, code } });
