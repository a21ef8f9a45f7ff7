import { connect } from 'node:net';
import { once } from 'node:events';
import { expect, test } from 'vitest';
import { isFinished } from '../src/domain/usage-fact.ts';
import type { UsageMessage } from '../src/gateway/numbering.ts';
import { clientOf } from './client.ts';
import { signIn } from './operator.ts';
import { childrenOf, gone, startProcess } from './process.ts';
import { factsOf, storedRows, storeIn } from './stored.ts';
import { temporaryFolder } from './temporary-folder.ts';

const TIMEOUT_MS = 120_000;

test('asked to stop, Emily lets the open stream end, whoever else holds a connection, and leaves nothing running', { timeout: TIMEOUT_MS }, async () => {
  const data = await temporaryFolder();
  const emily = startProcess(['--data', data, '--no-demand']);
  const operator = await signIn(emily);
  const client = clientOf(operator.origin, await emily.demoKey());
  const replicas = childrenOf(emily.pid);
  expect(replicas).toHaveLength(5);

  // A page that is open, and a connection that a browser has opened ahead of need.
  const page = await fetch(`${operator.origin}/console/live`, { headers: { cookie: `emily=${operator.token}` } });
  const silent = connect(Number(new URL(operator.origin).port), '127.0.0.1');
  silent.on('error', () => {});
  await once(silent, 'connect');

  // Longer than what a closing server waits for connections once no call is open.
  const stream = await client.chat({ words: 400, stream: true });
  emily.signal('SIGTERM');
  await emily.said(/stopping: open calls may end/);
  expect((await stream.text()).trimEnd()).toMatch(/data: \[DONE\]$/);
  expect(await page.text()).toContain('event: now');
  const { code, stdout } = await emily.end();
  expect({ code, stdout }).toEqual({ code: 0, stdout: '' });
  await gone(replicas);
  const messages = await storedRows<UsageMessage>(await storeIn(data), 'usage');
  // The stream was open when it was told to stop; after its end the gateway promised once more and said goodbye.
  const sequence = factsOf(messages).length - 1;
  expect(messages.slice(-2)).toMatchObject([{ kind: 'heartbeat', sequence, promise: expect.any(Number) }, { kind: 'close', sequence }]);
  // And before that each of its replicas had said what its time came to.
  const said = factsOf(messages).map(({ kind }) => kind);
  expect(said.filter((kind) => kind === 'replica-left')).toHaveLength(said.filter((kind) => kind === 'replica-registered').length);
  expect(said.indexOf('finished')).toBeLessThan(said.indexOf('replica-left'));
  const finished = factsOf(messages).filter(isFinished);
  expect(finished).toMatchObject([{ outcome: 'completed', units: { requests: 1, outputTokens: 400 } }]);
});

test('pages that come and go leave nothing that keeps the process alive', { timeout: TIMEOUT_MS }, async () => {
  const emily = startProcess(['--data', await temporaryFolder(), '--no-demand']);
  const operator = await signIn(emily);
  const leaving = Array.from({ length: 30 }, async (_, i) => {
    const stop = new AbortController();
    const page = fetch(`${operator.origin}/console/live`, { headers: { cookie: `emily=${operator.token}` }, signal: stop.signal });
    for (let turns = 0; turns < i; turns++) await new Promise((resolve) => setImmediate(resolve));
    stop.abort();
    await page.then((response) => response.text()).catch(() => {});
  });
  await Promise.all(leaving);
  emily.signal('SIGINT');
  expect((await emily.end()).code).toBe(0);
});
