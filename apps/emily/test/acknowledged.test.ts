import { expect, test } from 'vitest';
import { seededRandom } from '../src/demo/random.ts';
import type { UsageEvent } from '../src/domain/usage-event.ts';
import { isFinished } from '../src/domain/usage-fact.ts';
import type { UsageMessage } from '../src/gateway/numbering.ts';
import { clientOf, usageEvent, type Client } from './client.ts';
import { startProcess } from './process.ts';
import { factsOf, storedRows, storeIn } from './stored.ts';
import { temporaryFolder } from './temporary-folder.ts';

/*
 * The kill loop as a customer sees it, who keeps a list of what was acknowledged. Calls, streamed and
 * not, and events are sent from several connections at once while the process is killed with -9.
 */

const seed = Number(process.env['KILL_SEED'] ?? Date.now() % 1_000_000);
const LIVES = 6;
const LANES = 12;
/** The most acknowledgements between two kills. */
const ACKNOWLEDGED_MAX = 80;

/** One customer's list: what was sent, and what of it was acknowledged. */
class Ledger {
  readonly sent = new Set<string>();
  readonly acknowledged = new Set<string>();
  /** Sent and not acknowledged: to be sent again, under the same key. */
  owed: string[] = [];
  #next = 0;

  take(): string {
    const key = this.owed.pop() ?? `key-${this.#next++}`;
    this.sent.add(key);
    return key;
  }
}

/** Sends under one key after the other until the process is gone. */
async function lane(ledger: Ledger, send: (key: string) => Promise<boolean>, onAcknowledged: () => void, running: () => boolean): Promise<void> {
  while (running()) {
    const key = ledger.take();
    if (await send(key).catch(noAnswer)) {
      ledger.acknowledged.add(key);
      onAcknowledged();
    } else ledger.owed.push(key);
  }
}

/** What fetch throws when the other side is gone. */
function noAnswer(error: unknown): false {
  if (error instanceof TypeError) return false;
  throw error;
}

/** True for an answer that came to its end, or says that an earlier attempt had. */
async function call(client: Client, key: string): Promise<boolean> {
  const stream = Number(key.slice('key-'.length)) % 3 === 0;
  const response = await client.chat({ idempotencyKey: key, stream });
  const body = await response.text();
  if (response.status === 409) return body.includes('idempotency_answer_expired');
  expect(response.status, `answered ${body}`).toBe(200);
  return !stream || body.trimEnd().endsWith('data: [DONE]');
}

async function report(client: Client, key: string): Promise<boolean> {
  const response = await client.post('/v1/events', usageEvent(key, new Date()));
  const body = await response.text();
  expect(body).toBe('{"accepted":1}');
  return true;
}

test('what was answered before a kill -9 is charged once after it, and what was not answered at most once', { timeout: 300_000 }, async () => {
  const data = await temporaryFolder();
  const random = seededRandom(seed, 'lives');
  const args = ['--data', data, '--no-demand'];
  const [calls, events] = [new Ledger(), new Ledger()];
  const kills = Array.from({ length: LIVES }, () => 1 + Math.floor(random() * ACKNOWLEDGED_MAX));
  console.info(`kill seed ${seed}: after ${kills.join(', ')} acknowledgements`);

  for (const after of kills) {
    const emily = startProcess(args);
    const client = clientOf((await emily.link()).origin, await emily.demoKey());
    // What was acknowledged in an earlier life is not done again.
    for (const key of [...calls.acknowledged].slice(-3)) expect((await client.chat({ idempotencyKey: key, stream: Number(key.slice(4)) % 3 === 0 })).status).toBe(409);
    let left = after;
    const onAcknowledged = (): void => {
      if (--left === 0) emily.signal('SIGKILL');
    };
    const running = (): boolean => emily.running && left > 0;
    await Promise.all([
      ...Array.from({ length: LANES }, () => lane(calls, (key) => call(client, key), onAcknowledged, running)),
      lane(events, (key) => report(client, key), onAcknowledged, running),
    ]);
    expect((await emily.kill()).signal).toBe('SIGKILL');
  }

  const emily = startProcess(args);
  const client = clientOf((await emily.link()).origin, await emily.demoKey());
  for (const key of calls.owed.splice(0)) if (await call(client, key)) calls.acknowledged.add(key);
  for (const key of events.owed.splice(0)) if (await report(client, key)) events.acknowledged.add(key);
  const charged = async (): Promise<number> => (await client.get<{ data: { requests: number }[] }>('/v1/usage?group=none')).data.reduce((sum, { requests }) => sum + requests, 0);
  // The tables show the last commit, which is never long ago.
  await expect.poll(charged, { timeout: 20_000 }).toBe(calls.sent.size + events.sent.size);
  emily.signal('SIGTERM');
  expect((await emily.end()).code).toBe(0);

  const store = await storeIn(data);
  const facts = factsOf(await storedRows<UsageMessage>(store, 'usage')).filter(isFinished).filter(({ outcome }) => outcome === 'completed');
  const stored = new Set((await storedRows<UsageEvent>(store, 'events')).map(({ id }) => id));
  expect(calls.acknowledged).toEqual(calls.sent);
  expect(facts.map(({ idempotencyKey }) => idempotencyKey).sort(), `seed ${seed}`).toEqual([...calls.acknowledged].sort());
  expect([...stored].sort(), `seed ${seed}`).toEqual([...events.acknowledged].sort());
});
