import { expect, test } from 'vitest';
import { pipeline } from '../../stream/pipeline.ts';
import type { Tables } from '../../stream/program.ts';
import { type TestDriver, testDriver } from '../../testing/driver.ts';
import { fedByHand, readByHand } from '../../testing/fixture-source.ts';
import { outOfOrder } from '../../time/completeness.ts';
import { tumbling } from '../../time/windowing.ts';
import { halt } from '../late-policy.ts';

type Driver = TestDriver<Tables>;

interface Event {
  readonly key: string;
  readonly time: number;
}

const ada = { by: 'Ada', reason: 'looked at it' } as const;

/** In order by time, under `halt`; behind it, counts per window of 10. */
function halting(scope: 'partition' | 'pipeline', partitions = 1): Driver {
  const program = pipeline('halting', (app) => {
    const events = app.source('events', fedByHand<Event>(partitions), { time: (e) => e.time, complete: outOfOrder(0) });
    const ordered = events.reorder({ name: 'order', by: 'time', late: halt({ scope }) });
    ordered.to(app.sink('out', readByHand()));
    ordered.late.to(app.sink('late', readByHand()));
    const counts = ordered.window(tumbling(10)).count({ name: 'counts' });
    counts.final().to(app.sink('counts', readByHand()));
    counts.late.to(app.sink('late for a window', readByHand()));
  });
  return testDriver(program, { durable: true });
}

function send(driver: Driver, texts: string, partition = 0): void {
  const rows = texts.split(' ').map((text): Event => ({ key: text[0] as string, time: Number(text.slice(1)) }));
  driver.source('events').sendBatch(rows, { partition });
}

function seen(driver: Driver, sink = 'out'): string {
  driver.commit();
  return (driver.sink(sink).rows() as Event[]).map(({ key, time }) => `${key}${time}`).join(' ');
}

test('what is below the frontier waits for a person, and nothing is read meanwhile; discarded it is late', () => {
  const driver = halting('pipeline', 2);
  send(driver, 'a5', 0);
  send(driver, 'b9 c6 d12', 1);
  send(driver, 'e20', 0);
  expect(driver.holds()).toEqual([]);
  send(driver, 'f8', 1);
  send(driver, 'g11 h13', 1);
  expect(driver.holds()).toMatchObject([{ id: 1, scope: { kind: 'pipeline' }, reason: 'late-to-final', choices: ['discard', 'accept', 'wait'] }]);
  expect(driver.holds()[0]?.evidence).toEqual({
    operator: 'order', key: undefined, window: undefined, time: 8, source: 'events', partition: 1, offset: 3, event: { key: 'f', time: 8 }, frontier: 12, before: undefined,
  });
  send(driver, 'i30', 0);
  expect(seen(driver)).toBe('a5 c6 b9');
  driver.resolve(1, { choice: 'wait', ...ada });
  expect(driver.holds()).toHaveLength(1);
  driver.crash();
  driver.resolve(1, { choice: 'discard', ...ada });
  expect(seen(driver, 'late')).toBe('f8');
  expect(driver.holds()).toMatchObject([{ id: 2, evidence: { event: { key: 'g', time: 11 } } }]);
  driver.resolve(2, { choice: 'discard', ...ada });
  expect(seen(driver, 'late')).toBe('f8 g11');
  expect(seen(driver)).toBe('a5 c6 b9 d12');
  expect(driver.status().states['order']).toMatchObject({ late: 2, entries: 3 });
});

test('accepted it leaves at once, at its own time, below the frontier behind: a window that is open counts it, for one that is closed it is late', () => {
  const driver = halting('partition');
  send(driver, 'a5 b18 c16 d4');
  driver.resolve(1, { choice: 'accept', ...ada });
  expect(seen(driver)).toBe('a5 c16');
  expect(driver.holds()).toMatchObject([{ id: 2, evidence: { event: { key: 'd', time: 4 } } }]);
  driver.crash();
  driver.resolve(2, { choice: 'accept', ...ada });
  expect(seen(driver)).toBe('a5 c16 d4');
  expect(seen(driver, 'late for a window')).toBe('d4');
  expect(seen(driver, 'late')).toBe('');
  expect(driver.status().states['order']?.late).toBe(0);
  driver.source('events').end();
  driver.commit();
  expect(driver.sink('counts').rows()).toMatchObject([{ window: { start: 0 }, value: 1 }, { window: { start: 10 }, value: 2 }]);
});

test('scope partition: another partition is read', () => {
  const driver = halting('partition', 2);
  send(driver, 'a20', 0);
  send(driver, 'b20 c2 d21', 1);
  send(driver, 'e21', 0);
  expect(driver.holds()).toMatchObject([{ scope: { kind: 'partition', source: 'events', partition: 1 } }]);
  expect(driver.status().sources['events']?.map(({ records, heldBy }) => [records, heldBy])).toEqual([[2, undefined], [2, [1]]]);
});

test('what the policy says is shown, and is part of what the state is', () => {
  const late = { scope: 'pipeline' } as const;
  const program = pipeline('shown', (app) => {
    app.source('events', fedByHand<Event>(), { time: (e) => e.time, complete: outOfOrder(0) }).reorder({ by: 'time', late: halt(late) }).to(app.sink('out', readByHand()));
  });
  expect(program.describe()).toContain('by time, late: halt the pipeline');
});
