import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { budgetId } from '../domain/budget.ts';
import { epochMs, keyId, userId } from '../domain/names.ts';
import { pico } from '../domain/money.ts';
import { admitted, called, finished, someTime, units } from '../domain/testing/facts.ts';
import type { UsageMessage } from '../gateway/numbering.ts';
import { accountCommand } from './account-command.ts';
import { logs } from './program.ts';
import { house, type House } from './testing/house.ts';

type Said = { readonly code: number; readonly out: string; readonly err: string };
type Run = (...args: readonly string[]) => Promise<Said>;

/** An Emily on a socket that has counted some calls, and its command line with a key of the house. */
async function used(...more: readonly UsageMessage[]): Promise<{ readonly built: House; readonly url: string; readonly run: Run }> {
  const built = await house();
  const half = pico(5_000_000_000n);
  await built.program.append(logs.usage, [
    ...built.gateway.facts(
      ...called('r-1'),
      ...called('r-2', { outcome: 'cancelled', units: units(3, 2), user: userId('=1+1'), key: keyId('key-2') }),
      ...called('r-3', { charge: { charged: half, writtenOff: half, counts: [{ budget: budgetId('cap'), period: '2023-11' }] } }),
      admitted('r-4'),
    ),
    ...more,
  ]);
  await built.program.caughtUp(logs.usage);
  const url = await built.server.listen({ host: '127.0.0.1', port: 0 });
  const key = (await built.bearer('mle', 'admin', 'infer')).slice('Bearer '.length);
  return { built, url, run: (...args) => said([...args, '--url', url], { EMILY_KEY: key }) };
}

async function said(args: readonly string[], env: NodeJS.ProcessEnv): Promise<Said> {
  let [out, err] = ['', ''];
  const code = await accountCommand(args, env, { out: (text) => (out += text), err: (text) => (err += text) });
  return { code, out, err };
}

function folder(): string {
  const path = mkdtempSync(join(tmpdir(), 'emily-export-'));
  onTestFinished(() => rmSync(path, { recursive: true }));
  return path;
}

const line = (...cells: readonly (string | number)[]): string => cells.join(',');
const rowsOf = ({ out }: Said): readonly string[] => out.replace('\uFEFF', '').trimEnd().split(/\r?\n/);

test('the models that a key may ask for', async () => {
  const { run } = await used();
  const { code, out } = await run('models');
  expect(code).toBe(0);
  expect(out).toMatch(/^id +owner/);
  const listed = JSON.parse((await run('models', '--json')).out) as { id: string }[];
  for (const { id } of listed) expect(out).toContain(id);
});

test('usage by window, apart by what is asked for, and how sure it is', async () => {
  const { run } = await used();
  expect((await run('usage', '--window', 'month', '--group', 'tenant')).out).toMatch(
    /^from +to +tenant +measured +requests +inputTokens +cachedInputTokens +outputTokens +finality +evidence\n2023-10-31T23:00:00Z +2023-11-30T23:00:00Z +ada +here +3 +9 +0 +12 +provisional\n$/,
  );
  expect(JSON.parse((await run('usage', '--user', '=1+1', '--json')).out)).toMatchObject([{ requests: 1, outputTokens: 2 }]);
  expect((await run('usage', '--from', '2024-01-01T00:00:00Z')).out).toBe('none\n');
  expect((await run('usage', '--from', String(someTime), '--to', '2023-12-01T00:00:00Z')).out).toContain('2023-10-31T23:00:00Z');
  expect(await run('usage', '--from', 'yesterday')).toMatchObject({ code: 2, err: expect.stringContaining("expected a time as 2027-01-31T12:00:00Z, got 'yesterday'") });
  expect(await run('usage', '--window', 'year')).toMatchObject({ code: 2, err: expect.stringContaining('minute, hour, day, month') });
});

test('a tenant is told its own usage only', async () => {
  const { built, url } = await used();
  const bob = (await built.bearer('bob', 'read')).slice('Bearer '.length);
  expect(await said(['usage', '--tenant', 'ada', '--url', url], { EMILY_KEY: bob })).toEqual({ code: 0, out: 'none\n', err: '' });
  expect(await said(['why', 'r-1', '--url', url], { EMILY_KEY: bob })).toMatchObject({ code: 1, out: '', err: expect.stringContaining("There is no request 'r-1'") });
});

test('why a request is charged: its units, price, facts, windows and line', async () => {
  const { run } = await used();
  expect((await run('why', 'r-1')).out.split('\n')).toEqual([
    'r-1: charged, 0.01 EUR',
    '  by       tenant ada, user ana, key key-1',
    '  model    phi-4',
    '  units    1 requests, 3 inputTokens, 0 cachedInputTokens, 5 outputTokens (engine-final)',
    expect.stringMatching(/^ {2}price +0\.01 EUR for each of its requests, as launch-1: /),
    '  fact     gateway-1 1/0 admitted at 2023-11-16T18:15:46Z',
    '  fact     gateway-1 1/1 finished completed at 2023-11-16T18:15:46Z',
    '  minute   2023-11-16T18:15:00Z to 2023-11-16T18:16:00Z, 2 requests, provisional',
    '  month    2023-10-31T23:00:00Z to 2023-11-30T23:00:00Z, 2 requests, provisional',
    '  invoice  2023-11/ada/ana, provisional, in a line of 2 for 0.02 EUR',
    '',
  ]);
  expect((await run('why', 'r-4')).out).toMatch(/^r-4: free so far: it has not ended\n/);
  expect(JSON.parse((await run('why', 'r-1', '--json')).out)).toMatchObject({ request: { id: 'r-1', amount: '0.01' } });
  expect(await run('why', 'nil')).toMatchObject({ code: 1, out: '', err: expect.stringMatching(/^error: There is no request 'nil' in the usage log/) });
});

test('usage goes out as CSV and as JSON lines; a name that a spreadsheet would run is a text', async () => {
  const { run } = await used();
  const csv = await run('export', 'usage', '--group', 'user');
  expect(rowsOf(csv)).toEqual([
    'from,to,tenant,user,measured,requests,inputTokens,cachedInputTokens,outputTokens,finality,evidence',
    line('2023-10-31T23:00:00Z', '2023-11-30T23:00:00Z', 'ada', 'ana', 'here', 2, 6, 0, 10, 'provisional', ''),
    line('2023-10-31T23:00:00Z', '2023-11-30T23:00:00Z', 'ada', "'=1+1", 'here', 1, 3, 0, 2, 'provisional', ''),
  ]);
  const lines = rowsOf(await run('export', 'usage', '--group', 'user', '--format', 'jsonl')).map((text) => JSON.parse(text) as object);
  expect(lines).toMatchObject([{ user: 'ana', requests: 2 }, { user: '=1+1', requests: 1 }]);
  expect(rowsOf(await run('export', 'usage', '--tenant', 'bob'))).toEqual(['']);
});

test('invoices go out line by line, requests with their units', async () => {
  const { run } = await used();
  const invoices = rowsOf(await run('export', 'invoices', '--month', '2023-11', '--format', 'jsonl')).map((text) => JSON.parse(text) as object);
  expect(invoices).toMatchObject([
    { invoice: '2023-11/ada/ana', quantity: 2, unitPrice: '0.01', amount: '0.02', writtenOff: '0.005', total: '0.02', currency: 'EUR', zone: 'Europe/Berlin' },
    { invoice: '2023-11/ada/=1+1', quantity: 1, amount: '0.01' },
  ]);
  const [header = '', ...requests] = rowsOf(await run('export', 'requests', '--outcome', 'cancelled'));
  expect(requests).toHaveLength(1);
  expect(Object.fromEntries(header.split(',').map((name, i) => [name, requests[0]?.split(',')[i]]))).toMatchObject({ id: 'r-2', admittedAt: '2023-11-16T18:15:46Z', outcome: 'cancelled', 'units.outputTokens': '2', amount: '0.01' });
  expect(rowsOf(await run('export', 'requests'))[0]?.split(',')).not.toContain('units');
  expect(await run('export', 'invoices', '--month', 'May')).toMatchObject({ code: 1, out: '', err: expect.stringContaining('a month, like 2026-11') });
  expect(await run('export', 'prices')).toMatchObject({ code: 2, err: expect.stringContaining("unknown command 'prices'") });
  expect(await run('export', 'invoices', '--window', 'day')).toMatchObject({ code: 2, err: expect.stringContaining("unknown option '--window'") });
});

test('a file is whole or it is what it was', async () => {
  const { run } = await used();
  const path = folder();
  const file = join(path, 'usage.csv');
  writeFileSync(file, 'of before');
  expect(await run('export', 'usage', '--tenant', 'ada', '--group', 'nobody', '--out', file)).toMatchObject({ code: 2 });
  expect(await run('export', 'invoices', '--month', 'May', '--out', file)).toMatchObject({ code: 1 });
  expect(readFileSync(file, 'utf8')).toBe('of before');
  expect(await run('export', 'usage', '--out', file)).toEqual({ code: 0, out: '', err: '' });
  expect(readFileSync(file, 'utf8')).toContain(',phi-4,');
  expect(await run('export', 'usage', '--out', join(path, 'none', 'usage.csv'))).toMatchObject({ code: 1, err: expect.stringMatching(/^error: cannot write .*usage\.csv: ENOENT/) });
  expect(readdirSync(path)).toEqual(['usage.csv']);
});

test('what waits for a person is listed, and decided by a command that says who and why', async () => {
  const { built, run } = await used();
  expect((await run('holds', 'list')).out).toBe('none\n');
  const [begin, end] = built.gateway.facts(...called('r-8'));
  const other: UsageMessage = { ...(end as Extract<UsageMessage, { kind: 'event' }>), value: finished('r-9', { units: units(1, 1, 100) }) };
  await built.program.append(logs.usage, [begin!, end!, other, built.gateway.promise(epochMs(someTime + 1))]);
  await built.program.caughtUp(logs.usage);
  expect((await run('holds', 'list')).out).toMatch(/^id +reason +since +of +waits +choices +evidence\n1 +contradiction +\d{4}-\S+ +gateway-1 +frontier +wait,accept,discard,declare-lost,proceed +sequence \d+ /);
  expect(await run('holds', 'resolve', '1', 'discard', '--by', 'Ada')).toMatchObject({ code: 2, err: expect.stringContaining('--reason') });
  expect(await run('holds', 'resolve', '1', 'guess', '--by', 'Ada', '--reason', 'a bug')).toMatchObject({ code: 1, err: expect.stringMatching(/^error: .*guess/) });
  expect(await run('holds', 'resolve', '1', 'discard', '--by', 'Ada', '--reason', 'a bug')).toMatchObject({ code: 0, out: expect.stringMatching(/discard +Ada/) });
  expect((await run('holds', 'list')).out).toBe('none\n');
  expect(await run('holds', 'resolve', '1', 'discard', '--by', 'Ada', '--reason', 'a bug')).toMatchObject({ code: 1, err: expect.stringContaining('There is no hold 1') });
});
