import { expect, test } from 'vitest';
import { memoryBackend } from '../port/memory-backend.ts';
import { listed, probed } from '../testing/fixture-list.ts';
import { SinkProbe } from '../testing/sink-probe.ts';
import { outOfOrder } from '../time/completeness.ts';
import { tumbling } from '../time/windowing.ts';
import { pipeline } from './pipeline.ts';

/*
 * A function of the user throws in a table that is made of tables, which leaves only when a step is
 * through: what was counted before it has to be taken back, or the row set aside.
 */

interface Event {
  readonly time: number;
  readonly name: string;
}

const events: readonly Event[] = ['a', 'b', 'x', 'a', 'c', 'x', 'd'].map((name, time) => ({ time, name }));
const times = { time: (e: Event) => e.time, complete: outOfOrder(0), maxAhead: 'any' } as const;

const refuse = (name: string): string => {
  if (name === 'x') throw new Error('no x');
  return name;
};

test.each([1, 2, 3, 100])('with a store that commits every %i events an event that fails in a join has not been counted on either side', async (everyEvents) => {
  const [joined, counted, bad] = [new SinkProbe(), new SinkProbe(), new SinkProbe()];
  const program = pipeline('joins', (app) => {
    const source = app.source('events', listed([events]), times);
    const all = source.keyBy((e) => e.name);
    const counts = all.count({ name: 'counts' });
    counts.join(all.max((e) => e.time, { name: 'last' }), (n, last, name) => `${refuse(name)} ${n} ${last}`, { name: 'joined' }).to(app.sink('joined', probed(joined)));
    source.keyBy((): string => 'all').count({ name: 'all' }).to(app.sink('counted', probed(counted)));
    source.bad.map(({ offset, reason, message }) => ({ offset, reason, message })).to(app.sink('bad', probed(bad)));
  });
  await program.run({ store: memoryBackend(), commit: { everyEvents } });
  const after = (probe: SinkProbe): readonly unknown[] => (probe.rows() as readonly { after: unknown }[]).map((change) => change.after);
  expect(after(joined)).toEqual(['a 1 0', 'b 1 1', 'a 2 3', 'c 1 4', 'd 1 6']);
  expect(after(counted)).toEqual([1, 2, 3, 4, 5]);
  expect(bad.rows()).toEqual([2, 5].map((offset) => ({ offset, reason: 'threw', message: 'Error: no x' })));
});

test.each([1, 2, 100])('with a store that commits every %i events a row that fails behind a join of windows is set aside, and everything else leaves', async (everyEvents) => {
  const [first, second, bad] = [new SinkProbe(), new SinkProbe(), new SinkProbe()];
  const program = pipeline('windows', (app) => {
    const source = app.source('events', listed([events]), times);
    const counts = source.keyBy((e) => e.name).window(tumbling(5)).count({ name: 'counts' });
    const joined = counts.join(counts, (n) => n, { name: 'joined' });
    joined.final().map((row) => `${row.key} ${row.value}`).to(app.sink('first', probed(first)));
    joined.final().map((row) => refuse(row.key)).to(app.sink('second', probed(second)));
    source.bad.map(({ reason, message }) => ({ reason, message })).to(app.sink('bad', probed(bad)));
  });
  await program.run({ store: memoryBackend(), commit: { everyEvents } });
  expect(first.rows()).toEqual(['a 2', 'b 1', 'c 1', 'd 1']);
  expect(second.rows()).toEqual(['a', 'b', 'c', 'd']);
  expect(bad.rows()).toEqual([{ reason: 'threw', message: 'Error: no x' }, { reason: 'threw', message: 'Error: no x' }]);
});

test('of what a window brings to groups of a table the row that cannot be made is set aside, the others leave', async () => {
  const [groups, bad] = [new SinkProbe(), new SinkProbe()];
  const program = pipeline('groups', (app) => {
    const source = app.source('events', listed([events]), times);
    const counts = source.keyBy((e) => e.name).window(tumbling(10)).count({ name: 'counts' });
    const first = { create: () => '', add: (_: string, row: { readonly key: string }) => row.key, result: (name: string) => refuse(name) };
    counts.groupBy((row) => row.key).aggregate({ name: 'groups', ...first }).to(app.sink('groups', probed(groups)));
    source.bad.map(({ reason, message }) => ({ reason, message })).to(app.sink('bad', probed(bad)));
  });
  await program.run({ store: memoryBackend() });
  expect((groups.rows() as readonly { after: unknown }[]).map((change) => change.after)).toEqual(['a', 'b', 'c', 'd']);
  expect(bad.rows()).toEqual([{ reason: 'threw', message: 'Error: no x' }]);
});
