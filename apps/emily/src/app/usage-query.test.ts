import fc from 'fast-check';
import type { Row } from 'millrace';
import { expect, test } from 'vitest';
import { projectId } from '../domain/budget.ts';
import { keyId, modelId, tenantId, userId } from '../domain/names.ts';
import type { UsageKey, UsageTotals } from '../meter/meter.ts';
import { addUp, intoLonger, plus, SumTooLarge, type Grouping, type ProjectOf, type UsageWindow } from './usage-query.ts';

const projectOf: ProjectOf = (key) => (key === 'k-2' ? projectId('web') : '');

type UsageRow = Row<UsageKey, UsageTotals>;

const totals = (requests: number): UsageTotals => ({ requests, inputTokens: 10 * requests, cachedInputTokens: requests, outputTokens: 5 * requests });
const row = (names: string, start: number, requests: number, more: Partial<UsageRow> = {}): UsageRow => {
  const [tenant = '', user = '', model = '', key = 'k-1'] = names.split(' ');
  return {
    key: { tenant: tenantId(tenant), user: userId(user), model: modelId(model), key: keyId(key) },
    window: { start, end: start + 10 },
    value: totals(requests),
    time: start + 9,
    revision: 0,
    finality: 'final',
    evidence: ['assumed'],
    ...more,
  };
};

const rows = [row('ada ana big', 10, 1), row('ada ben big', 10, 2), row('bob ana small', 10, 4), row('bob ana big', 0, 8)];
const named = (windows: readonly UsageWindow[]): unknown[] => windows.map(({ window, tenant, user, model, requests }) => [window.start, tenant, user, model, requests]);

test('rows are added up by window and by what the question keeps apart, earlier windows first', () => {
  expect(named(addUp(rows, 'none', 'here', projectOf))).toEqual([[0, undefined, undefined, undefined, 8], [10, undefined, undefined, undefined, 7]]);
  expect(named(addUp(rows, 'tenant', 'here', projectOf))).toEqual([[0, 'bob', undefined, undefined, 8], [10, 'ada', undefined, undefined, 3], [10, 'bob', undefined, undefined, 4]]);
  expect(named(addUp(rows, 'model', 'here', projectOf))).toEqual([[0, undefined, undefined, 'big', 8], [10, undefined, undefined, 'big', 3], [10, undefined, undefined, 'small', 4]]);
});

test("two tenants' users of the same name are two users", () => {
  expect(named(addUp(rows, 'user', 'here', projectOf))).toEqual([[0, 'bob', 'ana', undefined, 8], [10, 'ada', 'ana', undefined, 1], [10, 'ada', 'ben', undefined, 2], [10, 'bob', 'ana', undefined, 4]]);
});

test('by key, each tenant has its own', () => {
  const keys = addUp([row('ada ana big k-1', 0, 1), row('ada ben small k-1', 0, 2), row('ada ana big k-2', 0, 4), row('bob ana big k-1', 0, 8)], 'key', 'here', projectOf);
  expect(keys.map(({ tenant, key, user, requests }) => [tenant, key, user, requests])).toEqual([['ada', 'k-1', undefined, 3], ['ada', 'k-2', undefined, 4], ['bob', 'k-1', undefined, 8]]);
});

const hundreds = { at: (time: number) => ({ start: time - (time % 100), end: time - (time % 100) + 100 }), since: 0 };

test('a longer window is final when the frontier has passed all of it, and not already when all that is in it is final', () => {
  const some = [row('ada ana big', 110, 1), row('ada ana big', 120, 2), row('ada ana big', 200, 4)];
  const at = (frontier: number): unknown[] => addUp(intoLonger(some, { ...hundreds, frontier }), 'none', 'here', projectOf).map(({ window, requests, finality, evidence }) => [window.start, window.end, requests, finality, evidence.length]);
  expect(at(199)).toEqual([[100, 200, 3, 'provisional', 0], [200, 300, 4, 'provisional', 0]]);
  expect(at(200)).toEqual([[100, 200, 3, 'final', 1], [200, 300, 4, 'provisional', 0]]);
  const open = row('ada ana big', 130, 8, { finality: 'provisional', evidence: [] });
  expect(addUp(intoLonger([...some, open], { ...hundreds, frontier: 200 }), 'none', 'here', projectOf)[0]).toMatchObject({ requests: 11, finality: 'provisional' });
});

test('a longer window of which the first part is kept no more is left out, one that is whole is not', () => {
  const some = [row('ada ana big', 190, 1), row('ada ana big', 200, 2)];
  const starts = (since: number): number[] => intoLonger(some, { ...hundreds, since, frontier: 0 }).map(({ window }) => window?.start ?? -1);
  expect([starts(100), starts(101), starts(200), starts(201)]).toEqual([[100, 200], [200], [200], []]);
});

test('names that contain what others are separated by stay apart', () => {
  const key = (tenant: string, user: string): UsageKey => ({ tenant: tenantId(tenant), user: userId(user), model: modelId('m'), key: keyId('k-1') });
  const odd = [key('a","b', 'c'), key('a', 'b","c')].map((one) => ({ ...row('', 0, 1), key: one }));
  expect(addUp(odd, 'user', 'here', projectOf)).toHaveLength(2);
});

test('a sum is final when all of its parts are, in whichever order they come, and rests on the evidence of all', () => {
  const open = row('ada cat big', 10, 1, { finality: 'provisional', evidence: [] });
  const ended = row('ada dan big', 10, 1, { evidence: ['ended'] });
  for (const list of [[open, ended, rows[0]!], [rows[0]!, open, ended], [ended, rows[0]!, open]]) {
    expect(addUp(list, 'none', 'here', projectOf)).toMatchObject([{ finality: 'provisional', evidence: [] }]);
  }
  expect(addUp([rows[0]!, ended, rows[1]!], 'none', 'here', projectOf)).toMatchObject([{ finality: 'final', evidence: ['assumed', 'ended'] }]);
  const proved = row('ada eve big', 10, 1, { evidence: ['proved'] });
  expect(addUp([proved, ended], 'none', 'here', projectOf)).toMatchObject([{ evidence: ['proved', 'ended'], measured: 'here' }]);
  // Something that is partly assumed is not proved.
  expect(addUp([proved, rows[0]!], 'none', 'elsewhere', projectOf)).toMatchObject([{ evidence: ['assumed'], measured: 'elsewhere' }]);
});

test('nothing is added and nothing is lost, whatever is kept apart', () => {
  const name = fc.constantFrom('a', 'b', 'c');
  const someRows = fc.array(fc.tuple(name, name, name, fc.nat(5), fc.nat(1_000)), { maxLength: 40 });
  fc.assert(fc.property(someRows, fc.constantFrom<Grouping>('none', 'tenant', 'model', 'user', 'key', 'project'), (list, group) => {
    const made = list.map(([tenant, user, model, window, requests]) => row(`${tenant} ${user} ${model}`, 10 * window, requests));
    const all = made.reduce((sum, { value }) => plus(sum, value), plus());
    const windows = addUp(made, group, 'here', projectOf);
    expect(windows.reduce((sum, { requests, inputTokens, cachedInputTokens, outputTokens }) => plus(sum, { requests, inputTokens, cachedInputTokens, outputTokens }), plus())).toEqual(all);
    expect(new Set(windows.map(({ window, tenant, user, model, key }) => JSON.stringify([window.start, tenant, user, model, key]))).size).toBe(windows.length);
  }));
});

test('the largest sum that is exact is given, one more fails by name', () => {
  const most = { ...totals(1), requests: Number.MAX_SAFE_INTEGER - 1, inputTokens: 0 };
  const sum = (requests: number): UsageTotals => plus(most, { ...totals(0), requests });
  expect(sum(1).requests).toBe(Number.MAX_SAFE_INTEGER);
  expect(() => sum(2)).toThrow(expect.objectContaining({ constructor: SumTooLarge, quantity: 'requests', message: expect.stringContaining('the sum of requests is beyond 9007199254740991') }));
});
