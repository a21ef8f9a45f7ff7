import { expect, test } from 'vitest';
import { startProcess } from './process.ts';
import { temporaryFolder } from './temporary-folder.ts';

const TIMEOUT_MS = 120_000;

test("the start prints an operator's key: it may ask what the demo key may not", { timeout: TIMEOUT_MS }, async () => {
  const emily = startProcess(['--data', await temporaryFolder(), '--no-demand']);
  const [, url = '', key = ''] = /^curl (\S+) -H 'authorization: Bearer (em_\S+)'$/.exec(await emily.operatorLine()) ?? [];
  expect(emily.stderr).toContain(`An operator's key, for what only whoever runs Emily may ask and decide: ${key}\n`);
  const status = async (path: string, bearer: string): Promise<number> => (await fetch(new URL(path, url), { headers: { authorization: `Bearer ${bearer}` } })).status;
  const demo = await emily.demoKey();
  for (const path of ['/v1/missing', '/v1/holds', '/v1/unended']) {
    expect([path, await status(path, key), await status(path, demo)]).toEqual([path, 200, 403]);
  }
  const decided = await fetch(new URL('/v1/holds/1', url), {
    method: 'POST',
    headers: { 'authorization': `Bearer ${key}`, 'content-type': 'application/json' },
    body: JSON.stringify({ choice: 'wait', by: 'Ada', reason: 'its operator is called' }),
  });
  // It may decide; there is no such hold.
  expect([decided.status, ((await decided.json()) as { error: { code: string } }).error.code]).toEqual([404, 'unknown_hold']);
});
