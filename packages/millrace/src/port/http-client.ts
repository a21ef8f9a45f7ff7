import { Agent, type IncomingMessage, request as requestHttp } from 'node:http';
import { Agent as SecureAgent, request as requestHttps } from 'node:https';

const ANSWER_BYTES_MAX = 1024 * 1024;
/** A server may close a connection that idled: it is closed here before that. */
const IDLE_MS_MAX = 4_000;

export interface HttpAnswer {
  readonly status: number;
  readonly text: string;
  /** What the server asks for, in ms. */
  readonly retryAfterMs: number | undefined;
}

/** Posts JSON over connections that are kept. It rejects when there is no whole answer within `timeoutMs`. */
export class HttpClient {
  readonly #timeoutMs: number;
  readonly #agent: Agent;
  readonly #secureAgent: SecureAgent;

  constructor({ timeoutMs }: { readonly timeoutMs: number }) {
    const options = { keepAlive: true, timeout: IDLE_MS_MAX };
    this.#timeoutMs = timeoutMs;
    this.#agent = new Agent(options);
    this.#secureAgent = new SecureAgent(options);
  }

  /** Posting twice must do no harm: a kept connection that turns out to be gone is replaced and used again. */
  post(url: URL, body: string, signal: AbortSignal, headers: Readonly<Record<string, string>> = {}): Promise<HttpAnswer> {
    return this.#post(url, Buffer.from(body), signal, headers, true);
  }

  close(): void {
    this.#agent.destroy();
    this.#secureAgent.destroy();
  }

  #post(url: URL, body: Buffer, signal: AbortSignal, headers: Readonly<Record<string, string>>, mayRepeat: boolean): Promise<HttpAnswer> {
    return new Promise((resolve, reject) => {
      const isSecure = url.protocol === 'https:';
      const request = (isSecure ? requestHttps : requestHttp)(url, {
        method: 'POST',
        agent: isSecure ? this.#secureAgent : this.#agent,
        headers: { ...headers, 'content-type': 'application/json', 'content-length': body.length },
        signal,
      });
      const timer = setTimeout(() => request.destroy(new Error(`no answer within ${this.#timeoutMs} ms`)), this.#timeoutMs);
      request.on('error', (error) => {
        clearTimeout(timer);
        const wasGone = request.reusedSocket && (error as NodeJS.ErrnoException).code === 'ECONNRESET';
        if (wasGone && mayRepeat && !signal.aborted) resolve(this.#post(url, body, signal, headers, false));
        else reject(error);
      });
      request.on('response', (response) => {
        textOf(response).then(
          (text) => {
            clearTimeout(timer);
            resolve({ status: response.statusCode ?? 0, text, retryAfterMs: msOf(response.headers['retry-after']) });
          },
          (error: unknown) => {
            clearTimeout(timer);
            request.destroy();
            reject(error);
          },
        );
      });
      // A status of 101 has no body, and its connection speaks another protocol from now on.
      request.on('upgrade', (response, socket) => {
        clearTimeout(timer);
        socket.destroy();
        resolve({ status: response.statusCode ?? 0, text: '', retryAfterMs: undefined });
      });
      request.end(body);
    });
  }
}

async function textOf(response: IncomingMessage): Promise<string> {
  const chunks: Uint8Array[] = [];
  let length = 0;
  for await (const chunk of response as AsyncIterable<Uint8Array>) {
    length += chunk.length;
    if (length > ANSWER_BYTES_MAX) throw new Error(`an answer of more than ${ANSWER_BYTES_MAX} bytes`);
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString();
}

function msOf(seconds: string | undefined): number | undefined {
  return seconds !== undefined && /^\d{1,6}$/.test(seconds) ? Number(seconds) * 1000 : undefined;
}
