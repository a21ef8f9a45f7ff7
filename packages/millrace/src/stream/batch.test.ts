import fc from 'fast-check';
import { expect, test } from 'vitest';
import { revise } from '../operator/late-policy.ts';
import { log } from '../connector/log.ts';
import { listed } from '../testing/fixture-list.ts';
import { outOfOrder } from '../time/completeness.ts';
import { tumbling } from '../time/windowing.ts';
import { type App, pipeline } from './pipeline.ts';
import type { Table } from './table.ts';

interface Use {
  readonly at: number;
  readonly user: string;
  readonly tokens: number;
}

const times = { time: (use: Use) => use.at, complete: outOfOrder(0), maxAhead: 'any' } as const;

function write(lists: readonly (readonly Use[])[], reached: Use[] = []) {
  return (app: App): { perWindow: Table<string, number, Use>; total: Table<string, number, Use> } => {
    const uses = app.source('uses', listed(lists), times);
    uses.to(app.callback('out', (use) => void reached.push(use)));
    const byUser = uses.keyBy((use) => use.user);
    return {
      perWindow: byUser.window(tumbling(10)).sum((use) => use.tokens, { name: 'per-window' }),
      total: byUser.count({ name: 'total' }),
    };
  };
}

test('a batch counts every event in its window, however late it comes, and sends nothing out', async () => {
  const uses = [{ at: 25, user: 'ada', tokens: 1 }, { at: 3, user: 'ada', tokens: 2 }, { at: 4, user: 'bob', tokens: 4 }, { at: 21, user: 'ada', tokens: 8 }];
  const reached: Use[] = [];
  const { tables, status } = await pipeline('uses', write([uses], reached)).batch();
  expect(tables.perWindow.map(({ key, window, value, finality, evidence }) => [key, window?.start, value, finality, evidence])).toEqual([
    ['ada', 20, 9, 'final', ['ended']],
    ['ada', 0, 2, 'final', ['ended']],
    ['bob', 0, 4, 'final', ['ended']],
  ]);
  expect(tables.total.map(({ key, value }) => [key, value])).toEqual([['ada', 3], ['bob', 1]]);
  expect(status.states).toMatchObject({ 'per-window': { late: 0 } });
  expect(reached).toEqual([]);
});

test('a batch has all windows of tables of tables, too', async () => {
  const { tables } = await pipeline('uses', (app) => {
    const windows = app.source('uses', listed([[{ at: 3, user: 'ada', tokens: 2 }, { at: 4, user: 'bob', tokens: 4 }, { at: 25, user: 'ada', tokens: 1 }]]), times).keyBy((use) => use.user).window(tumbling(10));
    const sums = windows.sum((use) => use.tokens, { name: 'sums' });
    return {
      joined: sums.join(windows.count({ name: 'counts' }), (sum, n) => `${sum} in ${n}`, { name: 'joined' }),
      groups: sums.groupBy(() => 'all').count({ name: 'groups' }),
      again: sums.changes().toTable({ name: 'again' }),
    };
  }).batch();
  expect(tables.joined.map(({ key, window, value }) => [key, window?.start, value])).toEqual([['ada', 0, '2 in 1'], ['bob', 0, '4 in 1'], ['ada', 20, '1 in 1']]);
  expect(tables.groups.map(({ window, value }) => [window?.start, value])).toEqual([[0, 2], [20, 1]]);
  expect(tables.again.map(({ key, window, value }) => [key, window?.start, value])).toEqual([['ada', 0, 2], ['bob', 0, 4], ['ada', 20, 1]]);
});

test('a source that never ends has no batch', async () => {
  const program = pipeline('endless', (app) => app.source('uses', log<Use>(), times).to(app.print('out')));
  await expect(program.batch()).rejects.toMatchObject({ code: 'NOT_BOUNDED' });
});

test('whatever the order in which events come, a batch is the same, and what revises comes to it', async () => {
  const use = fc.record({ at: fc.nat(60), user: fc.constantFrom('ada', 'bob'), tokens: fc.nat(99) });
  await fc.assert(
    fc.asyncProperty(fc.array(use, { maxLength: 30 }).chain((uses) => fc.tuple(fc.constant(uses), fc.shuffledSubarray(uses, { minLength: uses.length }))), async ([uses, shuffled]) => {
      const sums = async (list: readonly Use[]): Promise<Map<string, number>> => {
        const { tables } = await pipeline('uses', write([list])).batch();
        return new Map(tables.perWindow.map(({ key, window, value }) => [`${key} ${window?.start}`, value]));
      };
      const batch = await sums(uses);
      expect(await sums(shuffled)).toEqual(batch);

      const net = new Map<string, number>();
      const revising = pipeline('uses', (app) => {
        const source = app.source('uses', listed([shuffled]), times);
        const perWindow = source.keyBy((one) => one.user).window(tumbling(10)).sum((one) => one.tokens, { name: 'per-window', late: revise({ retain: 1000 }) });
        perWindow.to(app.callback('out', ({ key, window, before, after }) => {
          expect(net.get(`${key} ${window?.start}`)).toBe(before);
          net.set(`${key} ${window?.start}`, after as number);
        }));
      });
      await revising.run();
      expect(net).toEqual(batch);
    }),
    { numRuns: 60 },
  );
});
