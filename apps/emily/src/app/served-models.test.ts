import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, onTestFinished, test } from 'vitest';
import { readConfig } from './config/read-config.ts';
import { countOf, servedModels, takesDemand, type ServedModel } from './served-models.ts';

const oddReplica = fileURLToPath(new URL('../fleet/testing/odd-replica.ts', import.meta.url));

function served(models: readonly object[], environment: NodeJS.ProcessEnv = {}, files: Readonly<Record<string, string>> = {}): { folder: string; models: readonly ServedModel[] } {
  const folder = mkdtempSync(join(tmpdir(), 'emily-served-'));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  for (const [name, text] of Object.entries({ ...files, 'emily.config.json': JSON.stringify({ models }) })) writeFileSync(join(folder, name), text);
  return { folder, models: servedModels(readConfig(join(folder, 'emily.config.json')), { environment, logFolder: join(folder, 'logs') }) };
}

test('a model belongs to everybody or to one tenant, and says what it is', () => {
  const { models } = served([{ id: 'a', driver: 'simulated', description: 'first' }, { id: 'b', driver: 'simulated', tenant: 'acme', replicas: 3, outputTokens: 300 }]);
  expect(models).toMatchObject([
    { model: { id: 'a', owner: 'operator', description: 'first' }, driver: undefined, replicas: undefined },
    { model: { id: 'b', owner: 'acme', description: '', outputTokensDefault: 300 }, driver: undefined, replicas: 3 },
  ]);
});

test('how many replicas there are, or between how many, and how many GPUs each has', () => {
  const { models } = served([
    { id: 'a', driver: 'simulated' },
    { id: 'b', driver: 'process', command: ['x', '{port}'], gpus: 4, replicas: 2, scale: { max: 3, callsPerReplica: 20 } },
    { id: 'c', driver: 'simulated', gpus: 0, scale: { max: 2, upSeconds: 1, downSeconds: 60 } },
  ]);
  expect(models.map(({ gpus }) => gpus)).toEqual([1, 4, 0]);
  expect(models.map((one) => countOf(one, 5))).toEqual([
    5,
    { min: 2, max: 3, callsPerReplica: 20, upAfterMs: 10_000, downAfterMs: 300_000 },
    { min: 5, max: 5, callsPerReplica: 8, upAfterMs: 1_000, downAfterMs: 60_000 },
  ]);
});

test('synthetic demand is for what is simulated and everybody\'s', () => {
  const { models } = served([
    { id: 'a', driver: 'simulated' },
    { id: 'b', driver: 'simulated', tenant: 'acme' },
    { id: 'c', driver: 'external', addresses: ['http://h'] },
    { id: 'd', driver: 'process', command: ['x', '{port}'] },
  ]);
  expect(models.filter(takesDemand).map(({ model }) => model.id)).toEqual(['a']);
});

test('an external model has a replica at each address, and is spoken to with its key', async () => {
  const { models: [one] } = served([{ id: 'a', driver: 'external', addresses: ['http://h1:1', 'https://h2/'], health: '/v1/models', key: { file: 'key' } }], {}, { key: 'k\n' });
  expect(one!.replicas).toBe(2);
  expect(await one!.driver!.start(one!.model.id, 1)).toMatchObject({ origin: 'https://h2', healthPath: '/v1/models', headers: { authorization: 'Bearer k' }, isSomebodyElses: true });
});

test('a command gets what it is given and where programs are, and no more of the environment of Emily', async () => {
  const { models: [one], folder } = served(
    [{ id: 'a', driver: 'process', command: [process.execPath, oddReplica, '--port', '{port}'], environment: { TOKEN: { environment: 'HF_TOKEN' }, PLAIN: 'text' }, key: { environment: 'ENGINE_KEY' } }],
    { PATH: process.env['PATH'], HF_TOKEN: 's3cret', ENGINE_KEY: 'k', OTHER: 'no' },
  );
  const started = await one!.driver!.start(one!.model.id, 0);
  const self = (await (await fetch(`${started.origin}/self`)).json()) as { environment: object; folder: string };
  started.stop();
  await started.gone;
  expect(self).toMatchObject({ environment: { PATH: process.env['PATH'], TOKEN: 's3cret', PLAIN: 'text' }, folder: expect.stringContaining(folder) });
  expect(Object.keys(self.environment).sort()).toEqual(['PATH', 'PLAIN', 'TOKEN']);
  expect(started.headers).toEqual({ authorization: 'Bearer k' });
});

test('a command has the seconds that it is given to load', async () => {
  const { models: [one] } = served([{ id: 'a', driver: 'process', command: [process.execPath, oddReplica, '--port', '{port}', '--ready-after-ms', '600000'], startSeconds: 1 }]);
  await expect(one!.driver!.start(one!.model.id, 0)).rejects.toThrow('did not answer /health within 1000 ms');
});

test('a secret that is missing is told before anything is started', () => {
  expect(() => served([{ id: 'a', driver: 'external', addresses: ['http://h'], key: { environment: 'NONE' } }])).toThrow('models[0].key: the variable NONE is not set');
  const command = { id: 'a', driver: 'process', command: ['x', '{port}'], environment: { TOKEN: { file: 'none' } } };
  expect(() => served([command])).toThrow(/models\[0\]\.environment\.TOKEN: .*none cannot be read/);
});
