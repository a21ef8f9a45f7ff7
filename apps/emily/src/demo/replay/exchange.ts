import type { Dispatcher } from 'undici';

/** The answer to a request, read to its last byte. */
export interface Answer {
  readonly status: number;
  readonly body: string;
  /** What the server says about trying again: `x-should-retry`, where it says it. */
  readonly shouldRetry: boolean | undefined;
  /** How long the server asks to wait before that: `retry-after-ms`, else 0. */
  readonly retryAfterMs: number;
}

export const isSuccess = ({ status }: Answer): boolean => status >= 200 && status < 300;

/** A POST of a replay. */
export interface Post {
  readonly path: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

export async function exchange(dispatcher: Dispatcher, { path, headers, body }: Post): Promise<Answer> {
  const response = await dispatcher.request({ method: 'POST', path, headers, body });
  const { 'x-should-retry': shouldRetry, 'retry-after-ms': retryAfter } = response.headers;
  return {
    status: response.statusCode,
    body: await response.body.text(),
    shouldRetry: shouldRetry === undefined ? undefined : shouldRetry === 'true',
    retryAfterMs: Number(retryAfter ?? 0) || 0,
  };
}
