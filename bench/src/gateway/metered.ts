import { setTimeout as delay } from 'node:timers/promises';
import type { Server } from './servers.ts';

/** What was asked of a gateway since the call that it was waited for with. */
export type Made = { readonly calls: number; readonly tokens: number };

const WAIT_MS_MAX = 30_000;
/** The call that was made to see whether it answers. */
const FIRST = { calls: 1, tokens: 20 };

/** Fails unless exactly this is metered, within a while. */
export async function expectMetered(server: Server, { calls, tokens }: Made): Promise<void> {
  const expected = `${calls + FIRST.calls} calls and ${tokens + FIRST.tokens} output tokens`;
  const endMs = performance.now() + WAIT_MS_MAX;
  for (;;) {
    const came = await meteredBy(server);
    if (came === expected) return;
    if (performance.now() > endMs) throw new Error(`expected ${expected} to be metered, came ${came}`);
    await delay(500);
  }
}

type Usage = { readonly data: readonly { readonly requests: number; readonly outputTokens: number }[] };

async function meteredBy({ origin, readKey }: Server): Promise<string> {
  const answer = await fetch(`${origin}/v1/usage?window=month&group=none`, { headers: { authorization: `Bearer ${readKey}` } });
  if (answer.status !== 200) throw new Error(`expected the usage, came ${answer.status}: ${await answer.text()}`);
  const { data } = (await answer.json()) as Usage;
  const sum = (member: 'requests' | 'outputTokens'): number => data.reduce((all, one) => all + one[member], 0);
  return `${sum('requests')} calls and ${sum('outputTokens')} output tokens`;
}
