import { strings } from '../strings.ts';

/** The server does not know this browser: the session is missing or over. */
export class SignedOut extends Error {}

/** The server did not answer as the contract says; the message is for people. */
export class NoAnswer extends Error {}

/** Told to the whole page when it comes: whatever was asked, the session is over. */
export const SIGNED_OUT = 'emily-signed-out';

/** One GET on our own server, with the session cookie. */
export async function ask<T>(path: string, signal?: AbortSignal): Promise<T> {
  let response: Response;
  try {
    response = await fetch(path, { headers: { accept: 'application/json' }, credentials: 'same-origin', ...(signal ? { signal } : {}) });
  } catch (cause) {
    if (signal?.aborted === true) throw cause;
    throw new NoAnswer(strings.unreachable.network, { cause });
  }
  if (response.status === 401) {
    dispatchEvent(new Event(SIGNED_OUT));
    throw new SignedOut();
  }
  if (!response.ok) throw new NoAnswer(await explain(response));
  try {
    return await response.json() as T;
  } catch (cause) {
    throw new NoAnswer(strings.unreachable.notJson, { cause });
  }
}

/* Errors are `{"error":{"message"}}`; a proxy in between may say anything. */
export async function explain(response: Response): Promise<string> {
  const body = await response.json().catch(() => null) as { error?: { message?: unknown } } | null;
  const message = body?.error?.message;
  const status = strings.unreachable.status(response.status);
  return typeof message === 'string' ? `${status}: ${message}` : status;
}
