import { strings } from '../strings.ts';
import { explain, NoAnswer, SIGNED_OUT, SignedOut } from './ask.ts';

/** Posts to our own server, with the session cookie; resolves with the answer once what was asked is durable. Throws NoAnswer with what the server says. */
export async function post<T>(path: string, body: unknown): Promise<T> {
  const headers = { 'accept': 'application/json', 'content-type': 'application/json' };
  let response: Response;
  try {
    response = await fetch(path, { method: 'POST', headers, credentials: 'same-origin', body: JSON.stringify(body) });
  } catch (cause) {
    throw new NoAnswer(strings.unreachable.network, { cause });
  }
  if (response.status === 401) {
    dispatchEvent(new Event(SIGNED_OUT));
    throw new SignedOut();
  }
  if (!response.ok) throw new NoAnswer(await explain(response));
  return await response.json() as T;
}
