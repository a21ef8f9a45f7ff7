import { setTimeout as delay } from 'node:timers/promises';
import { expect, test } from 'vitest';
import type { UsageEvent } from '../src/domain/usage-event.ts';
import { clientOf, usageEvent } from './client.ts';
import { startProcess } from './process.ts';
import { storedRows, storeIn } from './stored.ts';
import { temporaryFolder } from './temporary-folder.ts';

/** The store outgrows this within a second, in blocks of 512 bytes or 1 KiB, as the shell has it. */
const FILE_BLOCKS_MAX = 600;

/** How long the process may take to find that its own state cannot be written either, in ms. */
const END_MS_MAX = 5_000;

test('a disk that takes no more: nothing more is acknowledged, and what was acknowledged is there at the next start', { timeout: 120_000 }, async () => {
  const data = await temporaryFolder();
  const emily = startProcess(['--data', data, '--no-demand'], { ulimit: `-f ${FILE_BLOCKS_MAX}` });
  const client = clientOf((await emily.link()).origin, await emily.demoKey());
  const acknowledged: string[] = [];
  for (let batch = 0; ; batch++) {
    const ids = Array.from({ length: 200 }, (_, i) => `event-${batch}-${i}`);
    const response = await client.post('/v1/events', ids.map((id) => usageEvent(id, new Date()))).catch(() => undefined);
    if (response?.status !== 200) break;
    acknowledged.push(...ids);
  }
  // It ends with the reason when its own state cannot be written. When all of that had been, it goes on reading.
  const ended = await Promise.race([emily.end(), delay(END_MS_MAX).then(() => undefined)]);
  if (ended === undefined) {
    await client.get('/v1/usage?group=none');
    await emily.kill();
  } else {
    expect(ended.code).toBe(1);
    expect(ended.stderr).toMatch(/^error: the store in .* (is full|cannot be written): .*\n {2}\S/m);
  }

  expect(acknowledged.length).toBeGreaterThan(0);
  const stored = new Set((await storedRows<UsageEvent>(await storeIn(data), 'events')).map(({ id }) => id));
  expect(acknowledged.filter((id) => !stored.has(id))).toEqual([]);
  const next = startProcess(['--data', data, '--no-demand']);
  const again = clientOf((await next.link()).origin, await next.demoKey());
  await expect.poll(async () => (await again.get<{ data: { requests: number }[] }>('/v1/usage?group=none')).data[0]?.requests, { timeout: 20_000 }).toBe(stored.size);
});
