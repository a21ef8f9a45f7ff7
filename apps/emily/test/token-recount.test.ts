import { readFileSync } from 'node:fs';
import { expect, test, vi } from 'vitest';
import { clientOf, type Client } from './client.ts';
import { signIn } from './operator.ts';
import { childrenOf, startProcess } from './process.ts';
import { temporaryFolder } from './temporary-folder.ts';

/*
 * What calls were charged for and what they were not, held against what the engines say that they have generated.
 */

const TIMEOUT_MS = 180_000;

type Recount = { readonly calls: number; readonly billed: number; readonly free: number; readonly counted: number | null; readonly difference: number | null };
type Told = { readonly replica: string; readonly model: string; readonly reason?: string; readonly clockMs: number; readonly gpuMs: Record<string, number>; readonly generatedTokens: Recount };
type Fleet = { readonly data: readonly Told[]; readonly left: readonly Told[] };

async function begin(data: string) {
  const emily = startProcess(['--data', data, '--no-demand', '--replicas', '2']);
  const { origin, token } = await signIn(emily);
  const key = await emily.demoKey();
  const client = clientOf(origin, key);
  const fleet = async (): Promise<Fleet> => (await (await fetch(new URL('/v1/fleet', origin), { headers: { cookie: `emily=${token}` } })).json()) as Fleet;
  /** Asks for a whole answer, and does not wait for it. */
  const leaveBefore = async (words: number): Promise<void> => {
    const body = JSON.stringify({ model: 'phi-4', max_tokens: words, messages: [{ role: 'user', content: 'go' }] });
    const headers = { authorization: `Bearer ${key}`, 'content-type': 'application/json' };
    await fetch(new URL('/v1/chat/completions', origin), { method: 'POST', headers, body, signal: AbortSignal.timeout(200) }).catch(() => undefined);
  };
  return { emily, client, fleet, leaveBefore };
}

/** Asks for a stream and leaves when it has begun. */
async function cut(client: Client, words: number): Promise<void> {
  const response = await client.chat({ words, stream: true });
  const reader = response.body!.getReader();
  for (let chunk = 0; chunk < 5; chunk++) await reader.read();
  await reader.cancel();
}

const ofPhi = (all: readonly Told[]): readonly Told[] => all.filter(({ model }) => model === 'phi-4');
const sum = (all: readonly Told[], of: (one: Recount) => number): number => all.reduce((total, { generatedTokens }) => total + of(generatedTokens), 0);

test('what was billed and what was free is what the engines have generated, to the token', { timeout: TIMEOUT_MS }, async () => {
  const data = await temporaryFolder();
  const first = await begin(data);
  const words = Array.from({ length: 24 }, (_, i) => 1 + ((i * 7) % 40));
  const texts = await Promise.all(words.map(async (count, i) => (await first.client.chat({ words: count, stream: i % 2 === 0 })).text()));
  expect(texts).toHaveLength(24);
  // It runs to its end; its output went to nobody.
  await first.leaveBefore(30);
  first.emily.signal('SIGTERM');
  expect((await first.emily.end()).code).toBe(0);

  const second = await begin(data);
  const before = ofPhi((await second.fleet()).left);
  const asked = words.reduce((a, b) => a + b, 0);
  expect(before.map(({ generatedTokens }) => generatedTokens.difference)).toEqual([0, 0]);
  expect([sum(before, ({ billed }) => billed), sum(before, ({ free }) => free), sum(before, ({ counted }) => counted ?? Number.NaN), sum(before, ({ calls }) => calls)]).toEqual([asked, 30, asked + 30, 25]);
  for (const { clockMs, gpuMs } of before) expect(Object.values(gpuMs).reduce((a, b) => a + b, 0)).toBe(clockMs);
  expect(before.every(({ gpuMs }) => (gpuMs['setup'] ?? 0) > 0 && (gpuMs['active'] ?? 0) > 0)).toBe(true);

  // Streams that are cut: what the engine generated until it noticed is told, and nobody pays it.
  await cut(second.client, 2_000);
  await cut(second.client, 2_000);
  await vi.waitFor(async () => expect(ofPhi((await second.fleet()).data).map(({ generatedTokens }) => generatedTokens.calls)).toEqual([1, 1]), { timeout: 30_000 });
  // One dies: what its last sample lacks is on its row.
  const pid = childrenOf(second.emily.pid).find((child) => readFileSync(`/proc/${child}/cmdline`, 'utf8').includes('\0phi-4\0'));
  process.kill(pid!, 'SIGKILL');
  await vi.waitFor(async () => expect(ofPhi((await second.fleet()).left).some(({ reason }) => reason === 'was ended by SIGKILL')).toBe(true), { timeout: 30_000 });
  second.emily.signal('SIGTERM');
  expect((await second.emily.end()).code).toBe(0);

  const third = await begin(data);
  const now = ofPhi((await third.fleet()).left);
  const known = new Set(before.map(({ replica }) => replica));
  const later = now.filter(({ replica, generatedTokens: { calls } }) => !known.has(replica) && calls > 0);
  expect(now.filter(({ replica }) => known.has(replica))).toEqual(expect.arrayContaining([...before]));
  expect(later).toHaveLength(2);
  const died = later.find(({ reason }) => reason === 'was ended by SIGKILL')!;
  const ended = later.find(({ reason }) => reason !== 'was ended by SIGKILL')!;
  const { billed, free, difference } = died.generatedTokens;
  expect(difference).toBeGreaterThanOrEqual(-(billed + free));
  expect(difference).toBeLessThan(50);
  expect(ended.generatedTokens.difference).toBeGreaterThanOrEqual(0);
  expect(ended.generatedTokens.difference).toBeLessThan(50);
  expect(ended.generatedTokens.billed).toBeLessThan(2_000);
  await third.emily.kill();
});
