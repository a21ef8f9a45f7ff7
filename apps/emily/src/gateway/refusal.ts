import { problemBody, type Problem } from './problem.ts';
import type { Entry, RefusalData, Text } from './refusal-data.ts';
import { refusals } from './refusals.ts';

export type RefusalCode = keyof RefusalData;

/** A request that is not served, or not to its end. `cause` is for our log, never for the caller. */
export class Refusal extends Error {
  override readonly name = 'Refusal';
  readonly code: RefusalCode;
  readonly status: number;
  readonly param: string | null;
  readonly retryAfterMs: number | undefined;
  /** The request that an idempotency key belongs to, where one stands in the way. */
  readonly original: string | undefined;
  readonly #problem: Problem;
  /** The methods that the address takes, where it does not take this one. */
  readonly #allow: string | undefined;

  constructor(code: RefusalCode, data: Record<string, unknown>, cause?: unknown) {
    const { status, retryAfterMs, param, message, expected, got, cure } = refusals[code] as Entry<never>;
    const say = (text: Text<never>): string => (typeof text === 'string' ? text : text(data as never));
    super(say(message), cause === undefined ? undefined : { cause });
    this.code = code;
    this.status = status;
    this.retryAfterMs = typeof data['retryAfterMs'] === 'number' ? data['retryAfterMs'] : retryAfterMs;
    this.original = typeof data['request'] === 'string' ? data['request'] : undefined;
    this.#allow = typeof data['allow'] === 'string' ? data['allow'] : undefined;
    this.param = param ?? (typeof data['member'] === 'string' ? data['member'] : null);
    this.#problem = { status, code, message: this.message, expected: say(expected), got: say(got), cure: say(cure), param: this.param };
  }

  /** Whatever ended a call that had begun, as a refusal: what is none of ours is the engine's. */
  static of(error: unknown): Refusal {
    return error instanceof Refusal ? error : refuse('engine_failed', {}, error);
  }

  /** The body of the answer. */
  json(): string {
    return JSON.stringify(problemBody(this.#problem));
  }

  headers(): Record<string, string> {
    return {
      ...(this.retryAfterMs === undefined ? { 'x-should-retry': 'false' } : { 'retry-after-ms': String(this.retryAfterMs) }),
      ...(this.original === undefined ? {} : { 'x-original-request-id': this.original }),
      ...(this.#allow === undefined ? {} : { allow: this.#allow }),
    };
  }
}

/** `throw refuse('model_not_found', { model })` */
export function refuse<Code extends RefusalCode>(code: Code, data: RefusalData[Code], cause?: unknown): Refusal {
  return new Refusal(code, data as Record<string, unknown>, cause);
}

export const refusalCodes: readonly RefusalCode[] = Object.keys(refusals) as RefusalCode[];
