import { checkGiven, refuse } from '../argument.ts';
import { errors } from '../error.ts';
import { systemClock } from '../port/clock.ts';
import { hmacSha256 } from '../port/hmac.ts';
import { type HttpAnswer, HttpClient } from '../port/http-client.ts';
import { reasonOf } from '../reason.ts';
import { decodeRows, encodeRows } from '../store/rows.ts';
import type { Parcel, SinkContext, SinkDriver, SinkSpec } from '../task/sink.ts';
import type { Json } from '../task/source.ts';
import { TryAgain } from '../try-again.ts';
import { jsonText } from './json-text.ts';

export interface WebhookOptions {
  /** Signs each request; `whsec_` and base64 of 24 to 64 bytes, as in Standard Webhooks. Without it requests are not signed. */
  readonly secret?: string;
  /** Besides those of the request itself: for instance an authorization. */
  readonly headers?: Readonly<Record<string, string>>;
  /** How long the answer may take, in ms. Default 15 s. */
  readonly timeoutMs?: number;
  /** The most rows of a request. Default 100. */
  readonly rowsMax?: number;
}

const TIMEOUT_MS = 15_000;
const ROWS_MAX = 100;
const SECRET = /^whsec_([A-Za-z0-9+/]+={0,2})$/;
const SECRET_BYTES_MIN = 24;
const SECRET_BYTES_MAX = 64;
const ANSWER_LENGTH_TOLD_MAX = 200;
/** What a receiver says that may take the same request later. */
const LATER: ReadonlySet<number> = new Set([408, 425, 429]);

/**
 * Posts rows to an address as JSON, in their order, one request after the other: `{ pipeline, sink, rows: [{ number,
 * row }] }`. The header `webhook-id` (and `idempotency-key`) names the request: one that comes again has the id and
 * the body that it had, also after a crash, and rows keep their numbers.
 *
 * A 2xx is taken for durable. Where nobody answers, and for 408, 425, 429 and 5xx, it tries again with pauses that grow,
 * or that `retry-after` asks for; any other answer, a redirection too, refuses the rows, for which `onRefused` is. It
 * needs a store. STORE_NEEDED.
 *
 * ```ts
 * totals.final().to(app.sink('billing', webhook('https://billing.example/usage', { secret: process.env.WEBHOOK_SECRET }), { takes: 'irreversible' }));
 * ```
 */
export function webhook<T>(address: string, options: WebhookOptions = {}): SinkSpec<T> {
  checkGiven('webhook(address, options)', options, ['secret', 'headers', 'timeoutMs', 'rowsMax']);
  const { secret, headers = {}, timeoutMs = TIMEOUT_MS, rowsMax = ROWS_MAX } = options;
  const url = URL.canParse(address) ? new URL(address) : undefined;
  if (url === undefined || (url.protocol !== 'http:' && url.protocol !== 'https:')) refuse('webhook(address)', 'an address such as https://billing.example/usage', address);
  if (!(timeoutMs > 0)) refuse('webhook(…, { timeoutMs })', 'a positive number of ms', timeoutMs);
  if (!(Number.isSafeInteger(rowsMax) && rowsMax > 0)) refuse('webhook(…, { rowsMax })', 'a positive whole number', rowsMax);
  const key = secret === undefined ? undefined : keyOf(secret);
  return {
    text: `webhook ${(url as URL).origin}${(url as URL).pathname}`,
    open: async (context) => {
      if (!context.durable) throw errors.STORE_NEEDED({ sink: context.name });
      return new Webhook(url as URL, { key, headers, timeoutMs, rowsMax }, context);
    },
  };
}

/** What is wrong with it is told without it. */
function keyOf(secret: string): Uint8Array {
  const bytes = Buffer.from(SECRET.exec(secret)?.[1] ?? '', 'base64');
  if (bytes.length < SECRET_BYTES_MIN || bytes.length > SECRET_BYTES_MAX) {
    throw new RangeError(`webhook(…, { secret }): expected whsec_ and base64 of ${SECRET_BYTES_MIN} to ${SECRET_BYTES_MAX} bytes, got a text of ${String(secret).length} characters`);
  }
  return bytes;
}

interface Asked {
  readonly key: Uint8Array | undefined;
  readonly headers: Readonly<Record<string, string>>;
  readonly timeoutMs: number;
  readonly rowsMax: number;
}

class Webhook<T> implements SinkDriver<T> {
  readonly #url: URL;
  readonly #asked: Asked;
  readonly #context: SinkContext;
  readonly #client: HttpClient;
  readonly #abort = new AbortController();

  constructor(url: URL, asked: Asked, context: SinkContext) {
    this.#url = url;
    this.#asked = asked;
    this.#context = context;
    this.#client = new HttpClient({ timeoutMs: asked.timeoutMs });
  }

  write(): void {
    throw errors.STORE_NEEDED({ sink: this.#context.name });
  }

  flush(): undefined {}

  encode(rows: readonly T[]): Uint8Array {
    return encodeRows(rows);
  }

  async deliver(parcels: readonly Parcel[]): Promise<void> {
    const { rowsMax } = this.#asked;
    for (const { payload, first } of parcels) {
      const rows = decodeRows(payload);
      for (let at = 0; at < rows.length; at += rowsMax) await this.#post(rows.slice(at, at + rowsMax), first + at);
    }
  }

  position(): Json {
    return null;
  }

  abandon(): void {
    this.#abort.abort(new Error('the program stops'));
  }

  async close(): Promise<void> {
    this.#client.close();
  }

  async #post(rows: readonly unknown[], first: number): Promise<void> {
    const { pipeline, name } = this.#context;
    const body = jsonText({ pipeline, sink: name, rows: rows.map((row, i) => ({ number: first + i, row })) });
    const id = `${encodeURIComponent(pipeline)}.${encodeURIComponent(name)}.${first}`;
    let answer: HttpAnswer;
    try {
      answer = await this.#client.post(this.#url, body, this.#abort.signal, { ...this.#asked.headers, ...this.#signed(id, body) });
    } catch (error) {
      throw new TryAgain(reasonOf(error), { cause: error });
    }
    const { status, text, retryAfterMs } = answer;
    if (status >= 200 && status < 300) return;
    const said = `${status} ${text.slice(0, ANSWER_LENGTH_TOLD_MAX)}`.trim();
    if (LATER.has(status) || status >= 500) throw new TryAgain(said, { afterMs: retryAfterMs });
    throw new Error(`${this.#url.origin} refused rows ${first} to ${first + rows.length - 1}: ${said}`);
  }

  #signed(id: string, body: string): Readonly<Record<string, string>> {
    const timestamp = String(Math.floor(systemClock.now() / 1000));
    const named = { 'webhook-id': id, 'idempotency-key': id, 'webhook-timestamp': timestamp };
    const { key } = this.#asked;
    return key === undefined ? named : { ...named, 'webhook-signature': `v1,${hmacSha256(key, `${id}.${timestamp}.${body}`)}` };
  }
}
