import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { ConfigProblem } from './config-problem.ts';
import { configJsonSchema } from './config-schema.ts';
import { findConfig, readConfig } from './read-config.ts';
import { secretValue } from './secret-value.ts';

function folder(): string {
  const path = mkdtempSync(join(tmpdir(), 'emily-config-'));
  onTestFinished(() => rmSync(path, { recursive: true }));
  return path;
}

function written(config: unknown): string {
  const file = join(folder(), 'emily.config.json');
  writeFileSync(file, typeof config === 'string' ? config : JSON.stringify(config));
  return file;
}

/** What is wrong with it, line by line. */
function problems(config: unknown): string[] {
  try {
    readConfig(written(config));
  } catch (error) {
    if (error instanceof ConfigProblem) return error.message.split('\n').slice(1).map((line) => line.trim());
    throw error;
  }
  return [];
}

const simulated = { id: 'phi-4', driver: 'simulated' };
const external = { id: 'llama', driver: 'external', addresses: ['http://10.0.0.7:8000'] };
const command = { id: 'tiny', driver: 'process', command: ['llama-server', '--port', '{port}'] };

test('what is left out has its usual value', () => {
  const file = written({ models: [simulated, external, command] });
  const { config, folder: where } = readConfig(file);
  expect(config.models).toEqual([
    { ...simulated, gpus: 1 },
    { ...external, gpus: 1, health: '/health' },
    { ...command, gpus: 1, health: '/health', environment: {}, replicas: 1, startSeconds: 600 },
  ]);
  expect(join(where, 'emily.config.json')).toBe(file);
});

test('all that is wrong is told at once, each with its place', () => {
  expect(problems({ models: [{ ...command, command: [], replicas: 0, extra: 1 }, { ...external, addresses: ['10.0.0.7:8000', 'http://h/v1'], key: 's3cret' }], model: [] })).toEqual([
    'models[0].command: Too small: expected array to have >=1 items',
    'models[0].replicas: Too small: expected number to be >=1',
    'models[0]: Unrecognized key: "extra"',
    'models[1].addresses[0]: expected scheme, host and port alone, such as http://10.0.0.7:8000',
    'models[1].addresses[1]: expected scheme, host and port alone, such as http://10.0.0.7:8000',
    'models[1].key: expected { "environment": "NAME" } or { "file": "path" }: a secret never stands in this file itself',
    'the whole: Unrecognized key: "model"',
  ]);
});

test.each([
  ['no models', { models: [] }, 'models: Too small: expected array to have >=1 items'],
  ['no object', [], 'the whole: Invalid input: expected object, received array'],
  ['an unknown driver', { models: [{ id: 'a', driver: 'docker' }] }, 'models[0].driver: Invalid'],
  ['an id with a space', { models: [{ ...simulated, id: 'a b' }] }, 'models[0].id: expected 1 to 128 letters'],
  ['an id of 129 characters', { models: [{ ...simulated, id: 'a'.repeat(129) }] }, 'models[0].id: expected 1 to 128 letters'],
  ['257 replicas', { models: [{ ...simulated, replicas: 257 }] }, 'models[0].replicas: Too big'],
  ['half a replica', { models: [{ ...simulated, replicas: 1.5 }] }, 'models[0].replicas: Invalid input'],
  ['the same model twice', { models: [simulated, { ...external, id: 'phi-4' }] }, "models[1].id: 'phi-4' stands here twice"],
  ['a command without a port', { models: [{ ...command, command: ['llama-server'] }] }, 'models[0].command: expected {port} in an argument'],
  ['a number in the environment', { models: [{ ...command, environment: { A: 1 } }] }, 'models[0].environment.A: expected a text, {'],
  ['a variable without a name', { models: [{ ...command, environment: { 'A-B': '1' } }] }, 'models[0].environment.A-B: '],
  ['a health check elsewhere', { models: [{ ...external, health: 'http://h/health' }] }, 'models[0].health: expected a path'],
])('%s', (_what, config, problem) => {
  expect(problems(config).join('\n')).toContain(problem);
});

test('the limits themselves are allowed, and a port in the environment will do', () => {
  expect(problems({ models: [{ ...simulated, id: 'a'.repeat(128), replicas: 256 }, { ...command, command: ['serve'], environment: { PORT: '{port}' } }] })).toEqual([]);
});

test('the usual file is read where Emily is started, and one that is named instead of it', () => {
  const [here, other] = [written({ models: [simulated] }), written({ models: [external] })];
  const before = process.cwd();
  onTestFinished(() => process.chdir(before));
  process.chdir(dirname(here));
  expect(findConfig(undefined)?.config.models).toMatchObject([{ id: 'phi-4' }]);
  expect(findConfig(other)?.config.models).toMatchObject([{ id: 'llama' }]);
});

test('a file that is missing or is no JSON is told by its name', () => {
  expect(() => readConfig(join(folder(), 'none.json'))).toThrow(/none\.json cannot be read: ENOENT/);
  expect(() => readConfig(written('{ "models": [], }'))).toThrow(/emily\.config\.json is no JSON: /);
  expect(findConfig(undefined)).toBeUndefined();
});

test('secrets come from the environment or a file beside the configuration, and one that is missing is told by its place', () => {
  const where = { folder: folder(), environment: { KEY: 'from the environment', EMPTY: '' } };
  writeFileSync(join(where.folder, 'key'), 'from a file\n');
  writeFileSync(join(where.folder, 'empty'), '\n');
  expect(secretValue({ environment: 'KEY' }, 'models[0].key', where)).toBe('from the environment');
  expect(secretValue({ file: 'key' }, 'models[0].key', where)).toBe('from a file');
  for (const name of ['EMPTY', 'NONE']) expect(() => secretValue({ environment: name }, 'models[0].key', where)).toThrow(`models[0].key: the variable ${name} is not set`);
  expect(() => secretValue({ file: 'none' }, 'models[0].key', where)).toThrow(/models\[0\]\.key: .*none cannot be read: ENOENT/);
  expect(() => secretValue({ file: 'empty' }, 'models[0].key', where)).toThrow(/empty is empty/);
});

const schemaFile = new URL('../../../emily.config.schema.json', import.meta.url);
const docs = new URL('../../../../../docs/', import.meta.url);

test('the schema for editors is the one that the file is read by; UPDATE=1 writes it anew', () => {
  const schema = `${JSON.stringify(configJsonSchema(), null, 2)}\n`;
  if (process.env['UPDATE'] === '1') writeFileSync(schemaFile, schema);
  else expect(readFileSync(schemaFile, 'utf8')).toBe(schema);
});

test.each(['config.md', 'real-model.md'])('the configurations in docs/%s are valid', (page) => {
  const samples = [...readFileSync(new URL(page, docs), 'utf8').matchAll(/```json\n([^`]*)```/g)].map(([, sample = '']) => sample);
  expect(samples.length).toBeGreaterThan(0);
  for (const sample of samples) expect(problems(sample)).toEqual([]);
});

test('docs/config.md has a row for each member of a model', () => {
  const text = readFileSync(new URL('config.md', docs), 'utf8');
  const { anyOf, oneOf } = (configJsonSchema() as { properties: { models: { items: { anyOf?: { properties: object }[]; oneOf?: { properties: object }[] } } } }).properties.models.items;
  const members = new Set((anyOf ?? oneOf ?? []).flatMap(({ properties }) => Object.keys(properties)));
  const rows = new Set([...text.matchAll(/^\| `(\w+)` \|/gm)].map(([, name]) => name));
  expect(rows).toEqual(members);
});
