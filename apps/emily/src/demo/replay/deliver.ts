import type { Clock } from '../clock.ts';
import { replayStopped } from '../errors.ts';
import { isSuccess, type Answer } from './exchange.ts';

/** How often something is sent, the first time included: with the waits between, about 16 s. */
export const attemptsMax = 10;

/** The wait before the second attempt and the longest wait, in ms; it doubles from one to the other. */
export const backOffMsMin = 50;
export const backOffMsMax = 5_000;

/** Something that is sent until it is taken. */
export interface Delivery {
  /** What it is, for the error: `row 17`. */
  readonly what: string;
  /** The same in every attempt, so that the server does the work once. */
  readonly key: string;
  readonly send: () => Promise<Answer>;
  /** Whether the answer says that the server has done the work, durably. */
  readonly isTaken: (answer: Answer) => boolean;
}

export interface DeliveryTerms {
  readonly clock: Clock;
  /** Aborted: no attempt is made any more. */
  readonly signal: AbortSignal;
  readonly onRetry: () => void;
}

/**
 * Sends until it is taken. What may pass is tried again: no connection, a broken one, an answer cut
 * off, 408, 409, 429 and 5xx, except where the server says `x-should-retry: false`.
 */
export async function deliver(delivery: Delivery, { clock, signal, onRetry }: DeliveryTerms): Promise<void> {
  for (let attempts = 1, backOffMs = backOffMsMin; ; attempts++, backOffMs *= 2) {
    signal.throwIfAborted();
    const result = await attempt(delivery);
    if (result === 'taken') return;
    signal.throwIfAborted();
    if (attempts === attemptsMax || !result.mayPass) {
      throw replayStopped({ sent: delivery.what, key: delivery.key, attempts, answer: result.answer }, result.cause);
    }
    onRetry();
    await clock.sleep(Math.min(Math.max(backOffMs, result.retryAfterMs), backOffMsMax), signal);
  }
}

interface NotTaken {
  readonly answer: string;
  readonly mayPass: boolean;
  readonly retryAfterMs: number;
  readonly cause?: unknown;
}

async function attempt({ send, isTaken }: Delivery): Promise<'taken' | NotTaken> {
  let answer: Answer;
  try {
    answer = await send();
  } catch (cause) {
    const { code, message } = cause as { code?: string; message?: string };
    return { answer: `no answer (${code ?? 'no code'}) ${message ?? ''}`, mayPass: true, retryAfterMs: 0, cause };
  }
  if (isTaken(answer)) return 'taken';
  const { status, body, shouldRetry, retryAfterMs } = answer;
  const mayPass = isSuccess(answer) || [408, 409, 429].includes(status) || status >= 500;
  return { answer: `${status} ${body}`, mayPass: mayPass && shouldRetry !== false, retryAfterMs };
}
