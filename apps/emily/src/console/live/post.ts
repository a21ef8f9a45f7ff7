import { strings } from '../strings.ts';
import { explain, NoAnswer } from './ask.ts';

/** One POST of JSON on our own server; resolves with the answer once what was asked for is durable. Throws NoAnswer with what the server says. */
export async function post<T>(path: string, body: unknown): Promise<T> {
  const headers = { 'accept': 'application/json', 'content-type': 'application/json' };
  let response: Response;
  try {
    response = await fetch(path, { method: 'POST', headers, credentials: 'same-origin', body: JSON.stringify(body) });
  } catch (cause) {
    throw new NoAnswer(strings.unreachable.network, { cause });
  }
  if (!response.ok) throw new NoAnswer(await explain(response));
  return await response.json() as T;
}
