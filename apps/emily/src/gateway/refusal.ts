/*
 * Every answer that is not an answer, as data: code, status, what to tell the caller, and
 * whether trying again can help.
 *
 * Stock clients repeat 408, 409, 429 and 5xx by themselves. So each refusal says it outright:
 * `retry-after-ms` where a later attempt may succeed, `x-should-retry: false` where none will.
 */

type Entry = {
  readonly status: number;
  /** After how long trying again makes sense; absent where it never does. */
  readonly retryAfterMs?: number;
  /** The request's member that is to blame. */
  readonly param?: string;
  readonly message: (data: never) => string;
};

const entries = {
  odd_request: { status: 400, message: (d: { problem: string }): string => `The request is not one this server takes: ${d.problem}.` },
  invalid_api_key: {
    status: 401,
    message: (): string => 'The API key is missing, malformed, unknown, expired or revoked. Send it as `Authorization: Bearer em_…`.',
  },
  insufficient_scope: {
    status: 403,
    message: (d: { scope: string }): string => `This API key may not do that: it lacks the scope \`${d.scope}\`.`,
  },
  unknown_url: { status: 404, message: (d: { method: string; url: string }): string => `There is no ${d.method} ${d.url} here.` },
  model_not_found: {
    status: 404,
    param: 'model',
    message: (d: { model: string }): string => `The model \`${d.model}\` does not exist, or you have no access to it. GET /v1/models lists yours.`,
  },
  malformed_json: { status: 400, message: (d: { problem: string }): string => `The body is not the JSON of an object: ${d.problem}.` },
  json_too_deep: { status: 400, message: (d: { max: number }): string => `The body nests deeper than ${d.max} levels.` },
  duplicate_member: {
    status: 400,
    message: (d: { member: string }): string => `The body has more than one \`${d.member}\`; which one counts would depend on who reads it.`,
  },
  invalid_member: {
    status: 400,
    message: (d: { member: string; expected: string; found: string }): string =>
      `\`${d.member}\` must be ${d.expected}, not ${d.found}.`,
  },
  invalid_idempotency_key: {
    status: 400,
    message: (d: { max: number }): string => `The header Idempotency-Key must be 1 to ${d.max} visible ASCII characters.`,
  },
  replay_not_enabled: {
    status: 400,
    message: (): string => 'The header x-replay-time is taken only by a gateway that was started to replay a trace.',
  },
  invalid_replay_time: {
    status: 400,
    message: (): string => 'This gateway replays a trace: each call needs the header x-replay-time with its time in epoch milliseconds.',
  },
  replay_time_too_old: {
    status: 400,
    message: (d: { promised: number }): string =>
      `This gateway has promised that no call from before ${new Date(d.promised).toISOString()} follows: send a trace in its order.`,
  },
  body_too_large: { status: 413, message: (d: { max: number }): string => `The body is larger than ${d.max} bytes.` },
  unsupported_media_type: { status: 415, message: (): string => 'The body must be sent as `Content-Type: application/json`, not compressed.' },
  idempotency_mismatch: {
    status: 422,
    message: (d: { request: string }): string =>
      `This Idempotency-Key was used by request ${d.request} with another body. Use a new key for a new request.`,
  },
  idempotency_answer_expired: {
    status: 409,
    message: (d: { request: string }): string =>
      `This Idempotency-Key belongs to request ${d.request}, which was answered and metered; its answer is no longer kept. ` +
      'Use a new key to ask again.',
  },
  too_many_open_calls: {
    status: 429,
    retryAfterMs: 1_000,
    message: (d: { max: number }): string => `You have ${d.max} calls open, the most there may be at a time. Wait for some to end.`,
  },
  overloaded: { status: 503, retryAfterMs: 1_000, message: (): string => 'The gateway holds as many calls as it can. Try again in a moment.' },
  no_replica: {
    status: 503,
    retryAfterMs: 1_000,
    message: (d: { model: string }): string => `No replica of \`${d.model}\` is healthy right now. Try again in a moment.`,
  },
  no_price: {
    status: 503,
    retryAfterMs: 1_000,
    message: (d: { model: string }): string => `No price of \`${d.model}\` is in force, and nothing is served without one.`,
  },
  usage_log_unavailable: {
    status: 503,
    retryAfterMs: 1_000,
    message: (): string => 'Usage can not be recorded right now, so nothing is served. This call is not charged.',
  },
  draining: { status: 503, retryAfterMs: 200, message: (): string => 'The gateway is stopping. This call is not charged; try again.' },
  engine_rejected: {
    status: 400,
    message: (d: { message: string }): string => `The model's engine does not take this request: ${d.message}`,
  },
  engine_failed: {
    status: 502,
    retryAfterMs: 200,
    message: (): string => 'The engine that served this call failed. The call is not charged; try again.',
  },
  engine_timeout: {
    status: 504,
    retryAfterMs: 1_000,
    message: (d: { ms: number }): string => `The call took longer than ${d.ms} ms, the longest that is allowed. It is not charged.`,
  },
  internal_error: {
    status: 500,
    retryAfterMs: 1_000,
    message: (): string => 'The gateway made a mistake. Tell us the request id in the header x-request-id.',
  },
};

export type RefusalCode = keyof typeof entries;

/** A call that is not served, or not to its end. `cause` is for our log, never for the caller. */
export class Refusal extends Error {
  override readonly name = 'Refusal';
  readonly code: RefusalCode;
  readonly status: number;
  readonly param: string | null;
  readonly retryAfterMs: number | undefined;
  /** The request that an idempotency key belongs to, where one stands in the way. */
  readonly original: string | undefined;

  constructor(code: RefusalCode, message: string, data: Record<string, unknown>, cause?: unknown) {
    super(message, cause === undefined ? undefined : { cause });
    const entry: Entry = entries[code];
    this.code = code;
    this.status = entry.status;
    this.param = entry.param ?? (typeof data['member'] === 'string' ? data['member'] : null);
    this.retryAfterMs = entry.retryAfterMs;
    this.original = typeof data['request'] === 'string' ? data['request'] : undefined;
  }

  /** Whatever ended a call that had begun, as a refusal: what is none of ours is the engine's. */
  static of(error: unknown): Refusal {
    return error instanceof Refusal ? error : refuse('engine_failed', {}, error);
  }

  /** The body of the answer, in the shape that OpenAI's clients read. */
  json(): string {
    return JSON.stringify({ error: { message: this.message, type: typeOf(this.status), param: this.param, code: this.code } });
  }

  headers(): Record<string, string> {
    return {
      ...(this.retryAfterMs === undefined ? { 'x-should-retry': 'false' } : { 'retry-after-ms': String(this.retryAfterMs) }),
      ...(this.original === undefined ? {} : { 'x-original-request-id': this.original }),
    };
  }
}

type DataOf<Code extends RefusalCode> =
  Parameters<(typeof entries)[Code]['message']> extends [infer Data] ? Data : Readonly<Record<string, never>>;

/** `throw refuse('model_not_found', { model })` */
export function refuse<Code extends RefusalCode>(code: Code, data: DataOf<Code>, cause?: unknown): Refusal {
  const message = (entries[code] as Entry).message(data as never);
  return new Refusal(code, message, data as Record<string, unknown>, cause);
}

export const refusalCodes: readonly RefusalCode[] = Object.keys(entries) as RefusalCode[];

function typeOf(status: number): string {
  if (status === 401) return 'authentication_error';
  if (status === 403) return 'permission_error';
  if (status === 429) return 'rate_limit_error';
  return status < 500 ? 'invalid_request_error' : 'server_error';
}
