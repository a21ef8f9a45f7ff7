import { explain } from '../live/ask.ts';
import { accountStrings } from '../strings-of-account.ts';

const headers = { accept: 'application/json', 'content-type': 'application/json' };

/** Asks the server for something of one's own account; what is wrong with it, for people, or undefined when it is done. */
export async function accountPost(path: '/console/sign-in' | '/console/sign-out' | '/console/password', body: object): Promise<string | undefined> {
  let response: Response;
  try {
    response = await fetch(path, { method: 'POST', headers, credentials: 'same-origin', body: JSON.stringify(body) });
  } catch {
    return accountStrings.unreachable;
  }
  // What comes before the colon is the status, which says nothing to who has mistyped.
  return response.ok ? undefined : (await explain(response)).replace(/^[^:]*: /, '');
}
