import { expect, test } from 'vitest';
import { seededRandom } from '../src/demo/random.ts';
import { syntheticTenants } from '../src/demo/tenants.ts';
import { isAdmitted, isFinished } from '../src/domain/usage-fact.ts';
import type { UsageMessage } from '../src/gateway/numbering.ts';
import { clientOf, type Client } from './client.ts';
import { startProcess } from './process.ts';
import { factsOf, storedRows, storeIn } from './stored.ts';
import { temporaryFolder } from './temporary-folder.ts';

/*
 * A hard budget over kill -9, as a customer and an operator see it: in each life streams hold a part of what is left,
 * calls come at once for more than the rest, and the process is killed in the midst of them.
 *
 * BUDGET_ROUNDS=100 has so many lives; KILL_SEED=n draws the same kills again.
 */

const seed = Number(process.env['KILL_SEED'] ?? Date.now() % 1_000_000);
const ROUNDS = Number(process.env['BUDGET_ROUNDS'] ?? 4);
const ROUND_MS_MAX = 60_000;

/** In cents, as calls cost one each: what a life may spend, what of that streams hold, and how many calls come at once. */
const CENTS_A_ROUND = 20;
const STREAMS = 8;
const CALLS = 30;
/** They have not ended when the process is killed. */
const WORDS_OF_A_STREAM = 100_000;

const tenant = syntheticTenants[0]!.id;
const cent = 10_000_000_000n;

type View = { readonly limit: string; readonly current: { readonly spent: string; readonly reserved: string } };

const cents = (euros: string): number => Math.round(Number(euros) * 100);

async function standing(operator: Client): Promise<{ readonly limit: number; readonly spent: number; readonly reserved: number }> {
  const { data } = await operator.get<{ data: readonly View[] }>(`/v1/budgets?tenant=${tenant}`);
  const [{ limit, current }] = data as [View];
  return { limit: cents(limit), spent: cents(current.spent), reserved: cents(current.reserved) };
}

async function limitTo(operator: Client, limit: number): Promise<void> {
  const response = await operator.post('/v1/budgets', { tenant, id: 'cap', period: 'total', kind: 'hard', limit: (limit / 100).toFixed(2) });
  expect(response.status).toBe(200);
}

/** The status of a call that was answered to its end; undefined where the process died first. */
async function call(client: Client): Promise<number | undefined> {
  try {
    const response = await client.chat({});
    await response.text();
    return response.status;
  } catch {
    return undefined;
  }
}

/** A stream that has begun, and goes on. */
async function beginStream(client: Client): Promise<void> {
  const response = await client.chat({ stream: true, words: WORDS_OF_A_STREAM });
  expect(response.status).toBe(200);
  const reader = response.body!.getReader();
  await reader.read();
  const drain = async (): Promise<void> => {
    for (;;) if ((await reader.read()).done) return;
  };
  drain().catch(() => undefined); // It ends when its process does.
}

const count = (statuses: readonly (number | undefined)[], status: number | undefined): number => statuses.filter((one) => one === status).length;

test('over kill -9 a hard limit is never passed, what was answered is charged, and what was held is free again', { timeout: (ROUNDS + 1) * ROUND_MS_MAX }, async () => {
  const data = await temporaryFolder();
  const random = seededRandom(seed, 'budgets');
  const args = ['--data', data, '--no-demand'];
  let [limit, answered] = [0, 0];
  console.info(`kill seed ${seed}, ${ROUNDS} rounds`);

  for (let round = 0; round <= ROUNDS; round++) {
    const emily = startProcess(args);
    const { origin } = await emily.link();
    const client = clientOf(origin, await emily.demoKey());
    const [, adminKey = ''] = /Bearer (em_\w+)/.exec(await emily.operatorLine()) ?? [];
    const operator = clientOf(origin, adminKey);
    if (round === 0) await limitTo(operator, 0);
    const begun = await standing(operator);
    const where = `seed ${seed}, round ${round}`;
    // What the last life held is free; what it answered is spent, and so may be what it was about to answer.
    expect(begun.reserved, `at ${where}`).toBe(0);
    expect(begun.limit, `at ${where}`).toBe(limit);
    expect(begun.spent, `at ${where}`).toBeGreaterThanOrEqual(answered);
    expect(begun.spent, `at ${where}`).toBeLessThanOrEqual(limit);

    const rest = limit - begun.spent;
    const first = await Promise.all(Array.from({ length: rest + 3 }, () => call(client)));
    expect([count(first, 200), count(first, 429)], `at ${where}`).toEqual([rest, 3]);
    answered = begun.spent + rest;
    expect(await standing(operator), `at ${where}`).toEqual({ limit, spent: limit, reserved: 0 });
    if (round === ROUNDS) {
      emily.signal('SIGTERM');
      expect((await emily.end()).code).toBe(0);
      break;
    }

    limit += CENTS_A_ROUND;
    await limitTo(operator, limit);
    await Promise.all(Array.from({ length: STREAMS }, () => beginStream(client)));
    expect((await standing(operator)).reserved, `at ${where}`).toBe(STREAMS);
    const killAfter = 1 + Math.floor(random() * CALLS);
    let [over, good] = [0, 0];
    await Promise.all(
      Array.from({ length: CALLS }, async () => {
        const status = await call(client);
        if (status === 200) good += 1;
        if (status !== undefined && ++over === killAfter) emily.signal('SIGKILL');
      }),
    );
    expect((await emily.kill()).signal).toBe('SIGKILL');
    expect(good, `at ${where}`).toBeLessThanOrEqual(CENTS_A_ROUND - STREAMS);
    answered += good;
  }

  const facts = factsOf(await storedRows<UsageMessage>(await storeIn(data), 'usage'));
  const ends = facts.filter(isFinished);
  expect(ends.reduce((sum, { charge }) => sum + (charge?.charged ?? 0n), 0n)).toBe(BigInt(limit) * cent);
  expect(ends.filter(({ charge }) => (charge?.writtenOff ?? 0n) !== 0n)).toEqual([]);
  expect(ends.filter(({ outcome, charge }) => outcome === 'completed' && charge?.charged !== cent)).toEqual([]);
  expect(ends.filter(({ outcome }) => outcome === 'lost').length).toBeGreaterThanOrEqual(STREAMS * ROUNDS);
  expect(facts.filter(isAdmitted).filter(({ reserve }) => reserve !== undefined && reserve.amount !== cent)).toEqual([]);
});
