import { afterEach, expect, test } from 'vitest';
import { type Program, callback, discard, drop, halt, pipeline, rebuild, tumbling } from '../index.ts';
import { MemoryDisk } from '../port/memory-disk.ts';
import { SALES, allStopped, refusal, rowsOf, sale, sales, salesOf, sold, started, stopped, used } from '../testing/fixture-sales.ts';

/*
 * What is not counted anew, and why: each is said by name, and nothing is changed.
 */

afterEach(allStopped);

test('what has to be counted with it, cannot be read again, or is not there, is named, and nothing is changed', async () => {
  const disk = await used({ keep: 'processed' });
  const upgrade = { totals: rebuild({ version: 'net' }), windows: discard() };
  expect(await refusal(disk, sales({ keep: 'processed' }), upgrade)).toEqual([
    "state 'totals' cannot be counted anew: its source 'sales' (log) cannot be read again",
    "state 'totals' cannot be counted anew: the log of its source 'sales' begins with record 4",
  ]);
  expect(await refusal(disk, sales({}), upgrade)).toEqual(["state 'totals' cannot be counted anew: the log of its source 'sales' begins with record 4"]);
  expect(await refusal(disk, sales({}), { total: rebuild({ version: '1' }), 'windows history': rebuild({ version: '1' }) })).toEqual([
    "state 'total' cannot be counted anew: the program has no state of this name",
    "state 'windows history' cannot be counted anew: the program has no state of this name",
  ]);
  expect(await rowsOf(await started(disk, sales({})), 'totals')).toEqual([['a', 1_080], ['b', 20]]);
});

test('what waits for a person, or was decided by one, does not come to the same a second time', async () => {
  const disk = new MemoryDisk();
  const halting = (factor: number, halts: boolean): Program => pipeline('halting', (app) => {
    const keyed = salesOf(app).keyBy(({ key }) => key);
    return { windows: keyed.window(tumbling(10)).sum((one) => one.gross * factor, { name: 'windows', late: halts ? halt({ scope: 'key', keep: 100 }) : drop() }) };
  }) as unknown as Program;
  const first = await started(disk, halting(1, true));
  await sold(first, ...SALES);
  await stopped(first);
  const upgrade = { windows: rebuild({ version: '2' }) };
  expect(await refusal(disk, halting(2, true), upgrade)).toEqual(['hold 1 of state windows (late-to-final) waits for a decision, without which nothing can be counted anew']);
  const again = await started(disk, halting(1, true));
  await again.resolve(1, { choice: 'discard', by: 'Ada', reason: 'a test' });
  await stopped(again);
  expect(await refusal(disk, halting(2, true), upgrade)).toEqual(['Ada has decided on hold 1 (discard), which nothing that is counted anew would know of']);
});

test('a version that would raise a hold, or be complete further than it was, is not gone on with', async () => {
  const disk = new MemoryDisk();
  const counting = (bound: number, late: ReturnType<typeof drop> | ReturnType<typeof halt>): Program => pipeline('strict', (app) => {
    const keyed = salesOf(app, { boundMs: bound }).keyBy(({ key }) => key);
    return { windows: keyed.window(tumbling(10)).count({ name: 'windows', late: late as ReturnType<typeof drop> }) };
  }) as unknown as Program;
  const first = await started(disk, counting(5, drop()));
  await sold(first, ...SALES, sale(30, 'b', 1, 1), sale(5, 'a', 1, 1));
  await stopped(first);
  expect(await refusal(disk, counting(2, drop()), { windows: rebuild({ version: '2' }) })).toEqual(["states cannot be counted anew: source 'sales' would be complete up to 28, and was up to 25"]);
  const halts = await refusal(disk, counting(5, halt({ scope: 'key', keep: 100 }) as never), { windows: rebuild({ version: '2' }), 'windows parked': discard(), 'windows adjusted': discard() });
  expect(halts).toContain('states cannot be counted anew: a hold (late-to-final) would be raised, on which nobody has decided');
});

test('rows that may change and have left are refused by name, those that have not are not', async () => {
  const disk = new MemoryDisk();
  const published = (factor: number): Program => pipeline('published', (app) => {
    const keyed = salesOf(app).keyBy(({ key }) => key);
    const windows = keyed.window(tumbling(10)).sum((one) => one.gross * factor, { name: 'windows', early: 'each' });
    const once = windows.changes().dedupe({ id: ({ key, revision }) => `${key} ${revision}`, for: 1_000, name: 'once' });
    once.to(app.sink('out', callback(() => {})));
    return { windows };
  }) as unknown as Program;
  await stopped(await started(disk, published(1)));
  const second = await started(disk, published(2), { windows: rebuild({ version: '2' }), once: rebuild({ version: '2' }) });
  await sold(second, ...SALES);
  await stopped(second);
  expect(await refusal(disk, published(3), { windows: rebuild({ version: '3' }), once: rebuild({ version: '3' }) })).toEqual([
    "state 'once' cannot be counted anew: rows of it that may change have left to 'out', and it does not know how they left; give it another name, and discard() this one",
  ]);
});
