import { expect, test } from 'vitest';
import { ambient } from './ambient.ts';
import { said } from './given.ts';

const file = 'packages/millrace/src/task/loop.ts';
const inLoop = (text: string): readonly string[] => said(ambient, { [file]: text });

test.each([
  ['Date.now()', 'Date.now reaches the clock'],
  ['new Date()', 'new Date() reaches the clock'],
  ['String(Date())', 'Date() reaches the clock'],
  ['globalThis.performance.now()', 'performance.now reaches the clock'],
  ['process.hrtime.bigint()', 'process.hrtime reaches the clock'],
  ['Temporal.Now.instant()', 'Temporal.Now reaches the clock'],
  ['Math.random()', 'Math.random reaches chance'],
  ['crypto.randomUUID()', 'crypto.randomUUID reaches chance'],
  ["import { randomBytes as bytes } from 'node:crypto';", 'randomBytes reaches chance'],
  ['setTimeout(() => {}, 1)', 'setTimeout reaches a timer'],
  ['globalThis.setTimeout(() => {}, 1)', 'setTimeout reaches a timer'],
  ['const later = setImmediate;', 'setImmediate reaches a timer'],
  ['run({ fetch })', 'fetch reaches the network'],
  ['class A { get = fetch; }', 'fetch reaches the network'],
  ["new WebSocket('ws://localhost')", 'WebSocket reaches the network'],
])('%s is past the ports', (text, what) => {
  expect(inLoop(`const a = 1;\n${text}`)).toEqual([`${file}:2: ${what} past the ports`]);
});

test.each([
  'clock.now()',
  'new Date(event.time)',
  'port.setTimeout(() => {}, 1)',
  'const net = { fetch: 1 };',
  'function run(fetch: () => void): void {}',
  'type Later = typeof setTimeout;',
  "import { createHash } from 'node:crypto';",
  '// Date.now() would be wrong here',
  "throw new Error('Math.random is not allowed');",
])('%s is fine', (text) => {
  expect(inLoop(text)).toEqual([]);
});

test.each([
  'packages/millrace/src/port/system-clock.ts',
  'packages/millrace/src/testing/driver.ts',
  'packages/millrace/src/cli/fsck.ts',
  'packages/millrace/src/task/loop.test.ts',
  'apps/emily/src/gateway/gateway.ts',
])('%s may look at the clock', (path) => {
  expect(said(ambient, { [path]: 'Date.now()' })).toEqual([]);
});
