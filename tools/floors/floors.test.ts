import { execFile } from 'node:child_process';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, expect, test } from 'vitest';

/*
 * The rules are tried on a small house: every file of `inOrder` keeps them all, every file of
 * `broken` breaks exactly the one it is listed under. A rule without a file here fails the last test.
 */

const root = resolve(import.meta.dirname, '../..');
const cruiser = join(root, 'node_modules/dependency-cruiser/bin/dependency-cruise.mjs');
const config = join(root, '.dependency-cruiser.mjs');

const inOrder: Readonly<Record<string, string>> = {
  'package.json': manifest({ devDependencies: { vitest: '1.0.0' } }),
  'packages/millrace/package.json': manifest({ dependencies: { lmdb: '1.0.0', fastify: '1.0.0' } }),
  'node_modules/lmdb/package.json': manifest({ name: 'lmdb', main: 'index.js' }),
  'node_modules/lmdb/index.js': 'export const open = 1;',
  'node_modules/fastify/package.json': manifest({ name: 'fastify', main: 'index.js' }),
  'node_modules/fastify/index.js': 'export const fastify = 1;',
  'node_modules/vitest/package.json': manifest({ name: 'vitest', main: 'index.js' }),
  'node_modules/vitest/index.js': 'export const test = 1;',
  'node_modules/undeclared/package.json': manifest({ name: 'undeclared', main: 'index.js' }),
  'node_modules/undeclared/index.js': 'export const x = 1;',

  'packages/millrace/src/error.ts': 'export const errors = 1;',
  'packages/millrace/src/index.ts': "export * from './stream/stream.ts'; export * from './connector/http.ts';",
  'packages/millrace/src/stream/stream.ts': "export * from '../plan/node.ts'; import '../connector/http.ts';",
  'packages/millrace/src/plan/node.ts': "export * from '../operator/filter/filter.ts';",
  // The other half of the cycle below; a cycle is reported once, at one of its files.
  'packages/millrace/src/plan/egg.ts': "import './chicken.ts';",
  // Types may refer to each other.
  'packages/millrace/src/plan/hen.ts': "import type { x } from './rooster.ts';",
  'packages/millrace/src/plan/rooster.ts': "import './hen.ts';",
  'packages/millrace/src/operator/filter/filter.ts': "import '../../task/loop.ts'; import '../../error.ts'; import '../../aggregation/sum.ts';",
  'packages/millrace/src/task/loop.ts': "import '../state/state.ts'; import '../time/frontier.ts'; import '../port/lmdb.ts';",
  'packages/millrace/src/task/internal/step.ts': 'export const step = 1;',
  'packages/millrace/src/task/deeper/also-inside.ts': "export * from '../internal/step.ts';",
  'packages/millrace/src/aggregation/sum.ts': 'export const sum = 1;',
  'packages/millrace/src/state/state.ts': "import '../store/log.ts';",
  'packages/millrace/src/time/frontier.ts': 'export const frontier = 1;',
  'packages/millrace/src/store/log.ts': "import '../port/lmdb.ts';",
  'packages/millrace/src/port/lmdb.ts': "import 'lmdb'; import 'fastify'; import 'node:fs/promises'; import '../error.ts';",
  'packages/millrace/src/nowhere/alone.ts': 'export const alone = 1;',
  'packages/millrace/src/connector/http.ts':
    "import type { loop } from '../task/loop.ts'; import type { fastify } from 'fastify'; import '../store/log.ts'; import 'node:path';",
  'packages/millrace/src/producer/index.ts': "import '../store/log.ts'; import '../time/frontier.ts'; import '../port/lmdb.ts';",
  'packages/millrace/src/testing/index.ts': "import '../index.ts'; import '../stream/stream.ts'; import 'node:fs';",
  'packages/millrace/src/store/log.test.ts': "import 'vitest'; import 'node:os'; import '../testing/index.ts'; import '../stream/stream.ts';",
  'apps/emily/src/main.ts': "import './app/app.ts';",
  'apps/emily/src/app/app.ts': "import '../gateway/gateway.ts'; import '../demo/demo.ts';",
  'apps/emily/src/domain/money.ts': 'export type Money = 1;',
  'apps/emily/src/gateway/gateway.ts': "import '../domain/money.ts'; import '../../../../packages/millrace/src/index.ts'; import '../../../../packages/millrace/src/producer/index.ts';",
  'apps/emily/src/demo/demo.ts': "import type { x } from '../gateway/gateway.ts'; import '../domain/money.ts';",
  'bench/src/main.ts': "import '../../packages/millrace/src/index.ts';",
  'tools/tool.ts': 'export const alone = 1;',
};

const broken: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  'floor-stream': { 'packages/millrace/src/stream/a.ts': "import '../nowhere/alone.ts';" },
  'floor-serve': { 'packages/millrace/src/serve/a.ts': "import '../stream/stream.ts';" },
  'floor-plan': { 'packages/millrace/src/plan/a.ts': "import '../stream/stream.ts';" },
  'floor-operator': {
    'packages/millrace/src/operator/a.ts': "import '../port/lmdb.ts';",
    'packages/millrace/src/operator/b.ts': "import type { x } from '../plan/node.ts';",
  },
  'floor-task': { 'packages/millrace/src/task/a.ts': "import '../plan/node.ts';" },
  'floor-task-interfaces': { 'packages/millrace/src/task/b.ts': "import '../operator/filter/filter.ts';" },
  'floor-state': { 'packages/millrace/src/state/a.ts': "import '../task/loop.ts';" },
  'floor-state-interfaces': { 'packages/millrace/src/state/b.ts': "import '../time/frontier.ts';" },
  'floor-time': { 'packages/millrace/src/time/a.ts': "import '../state/state.ts';" },
  'floor-aggregation': { 'packages/millrace/src/aggregation/a.ts': "import '../state/state.ts';" },
  'floor-store': { 'packages/millrace/src/store/a.ts': "import '../state/state.ts';" },
  'floor-port': { 'packages/millrace/src/port/a.ts': "import '../store/log.ts';" },
  'floor-upkeep': { 'packages/millrace/src/upkeep/a.ts': "import '../task/loop.ts';" },
  'floor-cli': { 'packages/millrace/src/cli/a.ts': "import '../stream/stream.ts';" },
  'floor-producer': { 'packages/millrace/src/producer/a.ts': "import '../connector/http.ts';" },
  'floor-connector': { 'packages/millrace/src/connector/a.ts': "import '../stream/stream.ts';" },
  'floor-connector-interfaces': { 'packages/millrace/src/connector/b.ts': "import '../task/loop.ts';" },
  'every-folder-is-a-floor': { 'packages/millrace/src/helper/a.ts': "import '../error.ts';" },
  'testing-is-for-tests': { 'bench/src/a.ts': "import '../../packages/millrace/src/testing/index.ts';" },
  'files-beside-the-floors-are-leaves': { 'packages/millrace/src/leaf.ts': "import './port/lmdb.ts';" },
  'the-index-is-for-others': { 'packages/millrace/src/store/b.ts': "import '../index.ts';" },
  'only-port-touches-the-outside': {
    'packages/millrace/src/connector/c.ts': "import 'node:net';",
    'packages/millrace/src/store/c.ts': "import 'lmdb';",
    'packages/millrace/src/time/c.ts': "import 'node:timers/promises';",
    'packages/millrace/src/connector/d.ts': "import 'fastify';",
  },
  'rooms-keep-to-themselves': {
    'apps/emily/src/bill/a.ts': "import type { x } from '../gateway/gateway.ts';",
    'apps/emily/src/domain/a.ts': "import '../app/app.ts';",
  },
  'demo-takes-types': { 'apps/emily/src/demo/a.ts': "import '../gateway/gateway.ts';" },
  'through-the-front-door': {
    'bench/src/b.ts': "import '../../packages/millrace/src/error.ts';",
    'apps/emily/src/meter/a.ts': "import '../../../../packages/millrace/src/plan/node.ts';",
  },
  'nothing-imports-an-app': { 'bench/src/c.ts': "import '../../apps/emily/src/domain/money.ts';" },
  'products-import-no-workshop': { 'apps/emily/src/meter/b.ts': "import '../../../../tools/tool.ts';" },
  'no-cycle': { 'packages/millrace/src/plan/chicken.ts': "import './egg.ts';" },
  'no-orphan': { 'packages/millrace/src/plan/alone.ts': 'export const alone = 1;' },
  'every-import-resolves': { 'packages/millrace/src/plan/b.ts': "import './gone.ts';" },
  'every-package-is-declared': { 'packages/millrace/src/plan/c.ts': "import 'undeclared';" },
  'shipped-code-uses-shipped-packages': { 'packages/millrace/src/plan/d.ts': "import 'vitest';" },
  'private:packages/millrace/src/task/internal': { 'packages/millrace/src/operator/c.ts': "import '../task/internal/step.ts';" },
};

type Violation = { readonly rule: { readonly name: string }; readonly from: string };
type Report = { readonly violations: readonly Violation[]; readonly ruleSetUsed: { readonly forbidden: readonly { readonly name: string }[] } };

let house: string;
let report: Report;

beforeAll(async () => {
  house = await mkdtemp(join(tmpdir(), 'floors-'));
  const files = Object.assign({}, inOrder, ...Object.values(broken)) as Record<string, string>;
  for (const [path, text] of Object.entries(files)) {
    await mkdir(dirname(join(house, path)), { recursive: true });
    await writeFile(join(house, path), text);
  }
  report = await cruise(house);
});

afterAll(async () => {
  await rm(house, { recursive: true, force: true });
});

test.each(Object.keys(broken))('%s fires on what breaks it, and on nothing else', (rule) => {
  const fired = report.violations.filter((violation) => violation.rule.name === rule).map((violation) => violation.from);
  expect([...new Set(fired)].toSorted()).toEqual(Object.keys(broken[rule] ?? {}).toSorted());
});

test('a file that breaks one rule breaks no other', () => {
  const expected = Object.values(broken).flatMap((files) => Object.keys(files));
  expect([...new Set(report.violations.map((violation) => violation.from))].toSorted()).toEqual(expected.toSorted());
});

test('every rule is tried here', () => {
  expect(Object.keys(broken).toSorted()).toEqual(report.ruleSetUsed.forbidden.map((rule) => rule.name).toSorted());
});

/** Runs the real command with the real configuration in a folder. It exits with the number of violations. */
async function cruise(folder: string): Promise<Report> {
  const command = [cruiser, '--config', config, '--output-type', 'json', 'packages', 'apps', 'bench', 'tools'];
  const { stdout } = await promisify(execFile)(process.execPath, command, { cwd: folder, maxBuffer: 16 * 1024 * 1024 }).catch(
    (error: { stdout: string }) => error,
  );
  const { summary } = JSON.parse(stdout) as { summary: Report };
  return summary;
}

function manifest(fields: object): string {
  return JSON.stringify({ type: 'module', ...fields });
}
