import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { childLine } from '../child-line.ts';
import { meanwhileBackups } from './backups.ts';
import type { LoadMeasured, LoadOrder } from './measure-load.ts';
import type { RecoveryMeasured, RecoveryOrder } from './measure-recovery.ts';

let folder: string;
const launch = { core: undefined, signal: new AbortController().signal };

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'millrace-bench-store-'));
});
afterEach(() => rmSync(folder, { recursive: true }));

const recovered = async (order: RecoveryOrder): Promise<RecoveryMeasured> => JSON.parse(await childLine(new URL('measure-recovery.ts', import.meta.url), order, launch)) as RecoveryMeasured;

test('a program comes back to as many keys as were filled in', async () => {
  const order = { store: join(folder, 'store'), keys: 1_500 };
  expect(await recovered({ ...order, is: 'filling' })).toMatchObject({ keys: 1_500 });
  const back = await recovered({ ...order, is: 'coming back' });
  expect(back.keys).toBe(1_500);
  expect(back.cpuSeconds).toBeGreaterThan(0);
});

test('under load every commit has its pause, and a backup made meanwhile is one', async () => {
  const order: LoadOrder = { store: join(folder, 'store'), events: 100_000, everyMs: 5 };
  const line = (): Promise<string> => childLine(new URL('measure-load.ts', import.meta.url), order, launch);
  const { result } = await meanwhileBackups(order.store, join(folder, 'backups'), { cores: [], signal: launch.signal }, line);
  const { rows, pausesMs } = JSON.parse(result) as LoadMeasured;
  expect(rows).toBeGreaterThan(0);
  expect(pausesMs.length).toBeGreaterThan(0);
});
