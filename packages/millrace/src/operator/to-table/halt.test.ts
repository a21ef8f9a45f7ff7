import { expect, test } from 'vitest';
import { pipeline } from '../../stream/pipeline.ts';
import type { Program } from '../../stream/program.ts';
import type { Table } from '../../stream/table.ts';
import { type TestDriver, testDriver } from '../../testing/driver.ts';
import { fedByHand, readByHand } from '../../testing/fixture-source.ts';
import { outOfOrder } from '../../time/completeness.ts';
import { tumbling } from '../../time/windowing.ts';
import { type HaltScope, halt } from '../late-policy.ts';
import type { Change } from '../row.ts';

interface Event {
  readonly key: string;
  readonly time: number;
  readonly goes: boolean;
}

type Tables = { newest: Table<string, number> };
type Driver = TestDriver<Tables>;
const ada = { by: 'Ada', reason: 'looked at it' } as const;

function program(scope: HaltScope, { partitions = 1, bound = 0, keep = 0 }): Program<Tables> {
  return pipeline('halting', (app) => {
    const events = app.source('events', fedByHand<Event>(partitions), { time: (e) => e.time, complete: outOfOrder(bound) });
    const newest = events.keyBy((e) => e.key).toTable({ name: 'newest', value: (e) => e.time, delete: (e) => e.goes, keep, late: halt({ scope, parkingMax: 2 }) });
    newest.to(app.sink('changes', readByHand()));
    newest.late.to(app.sink('late', readByHand()));
    newest.changes().window(tumbling(10)).count({ name: 'behind' }).changes().to(app.sink('behind', readByHand()));
    return { newest };
  });
}

const halting = (scope: HaltScope, how: { partitions?: number; bound?: number; keep?: number } = {}): Driver => testDriver(program(scope, how), { durable: true });

/** a12 is of key a at 12; a12! takes it away. */
function send(driver: Driver, texts: string, partition = 0): void {
  const rows = texts.split(' ').map((text): Event => ({ key: text[0] as string, time: Number.parseInt(text.slice(1), 10), goes: text.endsWith('!') }));
  driver.source('events').sendBatch(rows, { partition });
}

function changes(driver: Driver): string {
  driver.commit();
  return (driver.sink('changes').rows() as Change<string, number>[]).map(({ key, before = '', after = '' }) => `${key}:${before}>${after}`).join(' ');
}

const late = (driver: Driver): string => {
  driver.commit();
  return (driver.sink('late').rows() as Event[]).map(({ key, time }) => `${key}${time}`).join(' ');
};

test('an event older than the newest of its key waits, and later ones of the key behind it; it can only be discarded', () => {
  const driver = halting('key', { bound: 10 });
  send(driver, 'a5 b5 a3 a7 b8 b4');
  expect(driver.holds()).toMatchObject([
    { id: 1, scope: { kind: 'key', operator: 'newest', key: 'a' }, choices: ['discard', 'wait'], evidence: { time: 3, event: { key: 'a', time: 3 }, before: 5, window: undefined } },
    { id: 2, scope: { kind: 'key', operator: 'newest', key: 'b' }, evidence: { time: 4, before: 8 } },
  ]);
  expect(driver.status().states['newest parked']?.entries).toBe(1);
  expect(changes(driver)).toBe('a:>5 b:>5 b:5>8');
  driver.crash();
  expect(() => driver.resolve(1, { choice: 'accept', ...ada })).toThrow(expect.objectContaining({ code: 'CHOICE_NOT_OFFERED' }));
  driver.resolve(1, { choice: 'discard', ...ada });
  expect(changes(driver)).toBe('a:>5 b:>5 b:5>8 a:5>7');
  expect(late(driver)).toBe('a3');
  expect(driver.table('newest').get('a')).toMatchObject({ value: 7, revision: 1 });
  expect(driver.status().states['newest']?.late).toBe(1);
});

test('one that nobody can judge any more, because its key went and was forgotten, may be accepted: then it is the row', () => {
  const driver = halting('partition');
  send(driver, 'a5 a8! b9 a3 a4! c5 c6');
  expect(driver.holds()).toMatchObject([{ id: 1, choices: ['discard', 'accept', 'wait'], evidence: { time: 3, before: undefined } }]);
  driver.crash();
  driver.resolve(1, { choice: 'accept', ...ada });
  expect(changes(driver)).toBe('a:>5 a:5> b:>9 a:>3 a:3>');
  expect(driver.holds()).toMatchObject([{ id: 2, evidence: { event: { key: 'c', time: 5 } }, choices: ['discard', 'accept', 'wait'] }]);
  driver.resolve(2, { choice: 'discard', ...ada });
  expect(driver.holds()).toMatchObject([{ id: 3, evidence: { event: { key: 'c', time: 6 } } }]);
  driver.resolve(3, { choice: 'accept', ...ada });
  expect(changes(driver)).toBe('a:>5 a:5> b:>9 a:>3 a:3> c:>6');
  expect(late(driver)).toBe('c5');
});

test('accepted when its key has come meanwhile, it is late if it is older than that', () => {
  const driver = halting('partition', { partitions: 2 });
  send(driver, 'a5 a8! b30', 0);
  send(driver, 'c29', 1);
  send(driver, 'a3', 0);
  expect(driver.holds()).toMatchObject([{ id: 1, choices: ['discard', 'accept', 'wait'] }]);
  send(driver, 'a29', 1);
  driver.resolve(1, { choice: 'accept', ...ada });
  expect(late(driver)).toBe('a3');
  expect(driver.table('newest').get('a')).toMatchObject({ value: 29 });
});

test('of a key that stands still a going is forgotten when the key is free: what was parked before that is judged by it', () => {
  const driver = halting('key', { bound: 5 });
  // The going at 8 would be forgotten at 8; what is parked after it came before.
  send(driver, 'a5 a8! a2 a6 b20');
  driver.commit();
  driver.crash();
  driver.resolve(1, { choice: 'discard', ...ada });
  expect(driver.holds()).toMatchObject([{ id: 2, evidence: { time: 6, frontier: 3, before: undefined }, choices: ['discard', 'wait'] }]);
  driver.resolve(2, { choice: 'discard', ...ada });
  expect(late(driver)).toBe('a2 a6');
  expect(driver.status().states['newest']).toMatchObject({ entries: 1 });
  // Now it is forgotten, and so nobody can say whether this one is older.
  send(driver, 'a7');
  expect(driver.holds()).toMatchObject([{ id: 3, choices: ['discard', 'accept', 'wait'] }]);
});

test('the frontier behind stops at the least that is parked; at the limit of what is parked the partition is not read', () => {
  const driver = halting('key', { bound: 3 });
  send(driver, 'a5 a3 a12 b14 b35');
  const behind = (): readonly unknown[] => {
    driver.commit();
    return (driver.sink('behind').rows() as Change<undefined, number>[]).map(({ window, after }) => [window?.start, after]);
  };
  expect(behind()).toEqual([[0, 1]]);
  send(driver, 'a36 b37 b38');
  expect(driver.status().sources['events']?.[0]).toMatchObject({ records: 6, heldBy: [1] });
  driver.crash();
  driver.resolve(1, { choice: 'discard', ...ada });
  expect(driver.status().sources['events']?.[0]).toMatchObject({ records: 8 });
  expect(behind()).toEqual([[0, 1], [10, 2]]);
  expect(driver.status().states['behind']?.late).toBe(0);
});

test('what the policy says is shown; nothing leaves on adjustments, so there are none', () => {
  expect(program('key', {}).describe()).toContain("table 'newest': the newest, late: halt the key, at most 2 parked");
  const written = () =>
    pipeline('none', (app) => {
      const events = app.source('events', fedByHand<Event>(), { time: (e) => e.time, complete: outOfOrder(0) });
      events.keyBy((e) => e.key).toTable({ late: halt({ scope: 'key' }) }).adjustments.to(app.sink('adjustments', readByHand()));
    });
  expect(written).toThrow(expect.objectContaining({ code: 'NOT_RECONCILED' }));
});
