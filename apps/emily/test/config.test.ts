import { writeFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import type { UsageWindow } from '../src/app/usage-query.ts';
import { simulatedEngine } from '../src/fleet/simulated-engine.ts';
import { clientOf } from './client.ts';
import { liveState, signIn } from './operator.ts';
import { childrenOf, gone, runProcess, startProcess } from './process.ts';
import { temporaryFolder } from './temporary-folder.ts';

/* Emily with a configuration: a real process, a server that runs already, a model of one tenant, and a simulated one. */

const TIMEOUT_MS = 120_000;

/** What speaks the protocol on the port of its environment, as a program that Emily knows nothing of. */
const engine = `
  import { simulatedEngine } from ${JSON.stringify(new URL('../src/fleet/simulated-engine.ts', import.meta.url).href)};
  simulatedEngine({ model: 'tiny', seed: 1, latency: { firstTokenMs: 0, tokenMs: 0 } }).listen(Number(process.env.PORT), '127.0.0.1');
`;
const tiny = {
  id: 'tiny', driver: 'process', environment: { PORT: '{port}' },
  command: [process.execPath, '--input-type=module-typescript', '--eval', engine, '{port}'],
};

async function configured(models: readonly object[]): Promise<string[]> {
  const folder = await temporaryFolder();
  const config = join(folder, 'emily.config.json');
  await writeFile(config, JSON.stringify({ models }));
  return ['--data', join(folder, 'data'), '--config', config];
}

/** A server that somebody else runs, and that wants a key. */
async function elsewhere(): Promise<{ readonly origin: string; readonly keys: Set<string | undefined> }> {
  const keys = new Set<string | undefined>();
  const inner = simulatedEngine({ model: 'far', seed: 1, latency: { firstTokenMs: 0, tokenMs: 0 } });
  const server = createServer((request, response) => {
    keys.add(request.headers.authorization);
    inner.emit('request', request, response);
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  onTestFinished(() => void server.close());
  return { origin: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, keys };
}

const asked = (model: string): object => ({ model, max_tokens: 7, messages: [{ role: 'user', content: 'how deep is the mill pond' }] });

test('models by a command, at an address, and of one tenant: each is served, and metered by what its replica counts', { timeout: TIMEOUT_MS }, async () => {
  const far = await elsewhere();
  const emily = startProcess(await configured([tiny, { id: 'far', driver: 'external', addresses: [far.origin], key: { environment: 'FAR_KEY' } }, { id: 'own', driver: 'simulated', tenant: 'somebody-else' }, { id: 'fake', driver: 'simulated' }]), { env: { FAR_KEY: 's3cret' } });
  const client = clientOf((await emily.link()).origin, await emily.demoKey());
  expect((await client.get<{ data: { id: string }[] }>('/v1/models')).data.map(({ id }) => id)).toEqual(['tiny', 'far', 'fake']);
  for (const model of ['tiny', 'far']) {
    await expect.poll(async () => (await client.post('/v1/chat/completions', asked(model))).status, { timeout: 20_000, interval: 100 }).toBe(200);
  }
  expect((await client.post('/v1/chat/completions', asked('own'))).status).toBe(404);
  const usage = async (): Promise<readonly UsageWindow[]> => (await client.get<{ data: UsageWindow[] }>('/v1/usage?group=model')).data;
  // Demand goes to what is simulated, and so none to these two.
  await expect.poll(async () => (await usage()).some(({ model }) => model === 'fake'), { timeout: 60_000 }).toBe(true);
  await expect.poll(async () => (await usage()).filter(({ model }) => model !== 'fake').map(({ model, inputTokens, outputTokens }) => [model, inputTokens, outputTokens]).sort()).toEqual([['far', 6, 7], ['tiny', 6, 7]]);
  const operator = await signIn(emily);
  expect((await operator.get<{ models: object[] }>('/console/hello')).models).toMatchObject([{ id: 'tiny', simulated: false }, { id: 'far', simulated: false }, { id: 'own', owner: 'somebody-else', simulated: true }, { id: 'fake', simulated: true }]);
  expect((await liveState<{ health: { replicas: { model: string; state: string }[] } }>(operator)).health.replicas.map(({ model, state }) => [model, state])).toEqual([['tiny', 'ready'], ['far', 'ready'], ['own', 'ready'], ['fake', 'ready']]);
  expect([...far.keys]).toEqual(['Bearer s3cret']);
  expect(emily.stderr).toContain('Not simulated: tiny, far;');
  expect(emily.stderr).toContain('Synthetic tenants are sending demand to those that are simulated');
});

test.each(['SIGTERM', 'SIGKILL'] as const)('%s of Emily leaves no replica behind', { timeout: TIMEOUT_MS }, async (signal) => {
  const emily = startProcess(await configured([tiny]));
  await emily.said(/"replica":"tiny\/0\.\d+\.0","state":"ready"/);
  const keepers = childrenOf(emily.pid);
  const commands = keepers.flatMap(childrenOf);
  expect([keepers.length, commands.length]).toEqual([1, 1]);
  emily.signal(signal);
  await emily.end();
  await gone([...keepers, ...commands]);
});

test('a replica that does not come up keeps nobody waiting: its model is refused, and why is said', { timeout: TIMEOUT_MS }, async () => {
  const emily = startProcess(await configured([{ ...tiny, command: ['/bin/sh', '-c', 'echo no GPU is free >&2; exit 4', '{port}'] }]));
  const client = clientOf((await emily.link()).origin, await emily.demoKey());
  await emily.said(/ended with code 4; the last of its log, .*no GPU is free/);
  const refused = await client.post('/v1/chat/completions', asked('tiny'));
  expect([refused.status, ((await refused.json()) as { error: { code: string } }).error.code]).toEqual([503, 'no_replica']);
});

test('a configuration that is wrong is told before anything is started', { timeout: TIMEOUT_MS }, async () => {
  const wrong = await runProcess(await configured([{ ...tiny, driver: 'docker' }]));
  expect([wrong.code, wrong.stderr]).toEqual([1, expect.stringMatching(/^error: the configuration .*emily\.config\.json says what it may not:\n {2}models\[0\]\.driver: .*\n {2}docs\/config\.md tells/)]);
  const secret = await runProcess(await configured([{ ...tiny, key: { environment: 'NOT_SET' } }]));
  expect(secret.stderr).toBe('error: models[0].key: the variable NOT_SET is not set\n  Start Emily with NOT_SET in its environment.\n');
  const replay = await runProcess([...(await configured([tiny])), '--replay', 'trace.csv']);
  expect(replay.stderr).toContain('leave out --config');
});
