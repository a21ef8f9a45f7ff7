import { paths, type HoldDecision } from '../api.ts';
import { strings } from '../strings.ts';
import { explain, NoAnswer } from './ask.ts';

/** Posts a decision on a hold; resolves once it is durable and carried out. Throws NoAnswer with what the server says. */
export async function decide(id: number, decision: HoldDecision): Promise<void> {
  const headers = { 'accept': 'application/json', 'content-type': 'application/json' };
  let response: Response;
  try {
    response = await fetch(paths.hold(id), { method: 'POST', headers, credentials: 'same-origin', body: JSON.stringify(decision) });
  } catch (cause) {
    throw new NoAnswer(strings.unreachable.network, { cause });
  }
  if (!response.ok) throw new NoAnswer(await explain(response));
}
