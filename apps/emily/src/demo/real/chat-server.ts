import { once } from 'node:events';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { answer, type Step } from './answer.ts';
import { BadWish } from './bad-wish.ts';
import { readChatWish, type ChatWish } from './chat-wish.ts';
import { completion, streamed } from './chat-json.ts';
import type { TextModel } from './text-model.ts';
import { transcript } from './transcript.ts';

const bodyBytesMax = 4 * 1_024 * 1_024;

/**
 * An OpenAI-shaped server in front of one model: chat completions, whole and streamed, `/v1/models`, `/health`.
 *
 * - `usage` holds the engine's own counts: the tokens of the prompt as the model reads it, and every token it made.
 * - Who leaves stops the model: no token is made for nobody.
 */
export function chatServer({ name, model, createdSeconds }: { readonly name: string; readonly model: TextModel; readonly createdSeconds: number }): Server {
  const counts = { requests: 0, running: 0, promptTokens: 0, generatedTokens: 0 };

  return createServer((request, response) => void serve(request, response).catch((error: unknown) => fail(response, error)));

  async function serve(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const { pathname } = new URL(request.url ?? '/', 'http://replica');
    switch (`${request.method} ${pathname}`) {
      case 'POST /v1/chat/completions':
        return chat(await bodyOf(request), response);
      case 'GET /health':
        return json(response, 200, { status: 'ok', model: name, ...counts, engine: model.counted() });
      case 'GET /v1/models':
        return json(response, 200, { object: 'list', data: [{ id: name, object: 'model', created: createdSeconds, owned_by: 'emily' }] });
      default:
        return json(response, 404, problem(`there is no ${request.method} ${pathname} here`, null, 'not_found'));
    }
  }

  async function chat(body: string, response: ServerResponse): Promise<void> {
    const wish = readChatWish(body, name);
    const prompt = model.tokensOf(transcript(wish.messages));
    if (prompt.length >= model.contextTokensMax) throw new BadWish('messages', `the prompt has ${prompt.length} tokens, and the model takes ${model.contextTokensMax} with its answer`, 'context_length_exceeded');
    const gone = new AbortController();
    response.once('close', () => gone.abort(new Error('the client is gone')));
    counts.requests++;
    counts.running++;
    counts.promptTokens += prompt.length;
    try {
      await (wish.stream ? stream : whole)(wish, prompt, response, gone.signal);
    } catch (error) {
      if (!gone.signal.aborted) throw error;
    } finally {
      counts.running--;
    }
  }

  async function* steps(wish: ChatWish, prompt: readonly number[], signal: AbortSignal): AsyncGenerator<Step, void> {
    for await (const step of answer(model, prompt, wish, signal)) {
      counts.generatedTokens++;
      yield step;
    }
  }

  async function whole(wish: ChatWish, prompt: readonly number[], response: ServerResponse, signal: AbortSignal): Promise<void> {
    let text = '';
    let last: Step | undefined;
    for await (last of steps(wish, prompt, signal)) text += last.text;
    json(response, 200, completion({ id: idOf(), created: now(), model: name, promptTokens: prompt.length }, text, last!));
  }

  async function stream(wish: ChatWish, prompt: readonly number[], response: ServerResponse, signal: AbortSignal): Promise<void> {
    const chunks = streamed({ id: idOf(), created: now(), model: name, promptTokens: prompt.length }, wish);
    for await (const step of steps(wish, prompt, signal)) {
      // The first bytes are those of the first token, so that whoever takes the time takes that of the model.
      if (!response.headersSent) response.writeHead(200, { 'content-type': 'text/event-stream', 'cache-control': 'no-cache' });
      if (!response.write(chunks(step))) await once(response, 'drain', { signal });
    }
    response.end('data: [DONE]\n\n');
  }

  function idOf(): string {
    return `chatcmpl-${process.pid}-${counts.requests}`;
  }
}

const now = (): number => Math.floor(Date.now() / 1_000);

async function bodyOf(request: IncomingMessage): Promise<string> {
  const parts: Buffer[] = [];
  let bytes = 0;
  for await (const part of request as AsyncIterable<Buffer>) {
    bytes += part.length;
    if (bytes > bodyBytesMax) throw new BadWish(null, `the body has more than ${bodyBytesMax} bytes`);
    parts.push(part);
  }
  return Buffer.concat(parts).toString();
}

/** In the middle of a stream it is an event of its own; then the connection ends. */
function fail(response: ServerResponse, error: unknown): void {
  if (response.destroyed) return;
  const isTheirs = error instanceof BadWish;
  if (!isTheirs) process.stderr.write(`${error instanceof Error ? error.stack : String(error)}\n`);
  const said = isTheirs ? problem(error.message, error.param, error.code) : { error: { message: 'the model failed', type: 'server_error', param: null, code: 'model_failed' } };
  if (response.headersSent) response.end(`data: ${JSON.stringify(said)}\n\n`);
  else json(response, isTheirs ? 400 : 500, said);
}

const problem = (message: string, param: string | null, code: string): object => ({ error: { message, type: 'invalid_request_error', param, code } });

function json(response: ServerResponse, status: number, value: object): void {
  response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(value));
}
