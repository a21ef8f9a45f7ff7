import { expect, test } from 'vitest';
import { pipeline } from '../stream/pipeline.ts';
import type { Stream } from '../stream/stream.ts';
import type { Table } from '../stream/table.ts';
import { fedByHand } from '../testing/fixture-source.ts';
import { outOfOrder } from '../time/completeness.ts';
import { tumbling } from '../time/windowing.ts';
import type { Port } from './node.ts';
import { bringsSeveral } from './several.ts';

interface Parts {
  readonly one: Stream<number>;
  readonly two: Stream<number>;
  readonly counts: Table<number, number>;
  readonly windows: Table<number, number>;
}

function several(write: (parts: Parts) => { readonly port: Port }): boolean {
  let port: Port = { node: -1, port: 'out' };
  const { plan } = pipeline('several', (app) => {
    const [one, two] = ['one', 'two'].map((name) => app.source(name, fedByHand<number>(3), { time: (n) => n, complete: outOfOrder(0) })) as unknown as [Stream<number>, Stream<number>];
    const keyed = one.keyBy((n): number => n);
    port = write({ one, two, counts: keyed.count(), windows: keyed.window(tumbling(5)).count() }).port;
  });
  return bringsSeveral(plan.nodes, [port]);
}

test.each<readonly [string, (parts: Parts) => { readonly port: Port }]>([
  ['a source', ({ one }) => one],
  ['a straight chain', ({ one }) => one.filter(() => true).map((n) => n).dedupe({ id: (n) => n, for: 5 }).split({ a: () => true }).a],
  ['two sources together', ({ one, two }) => one.merge(two.map((n) => n))],
  ['the changes of an aggregation of one event at a time', ({ counts }) => counts.changes()],
])('%s: one event at a time, so what is behind passes straight on', (_, write) => {
  expect(several(write)).toBe(false);
});

test.each<readonly [string, (parts: Parts) => { readonly port: Port }]>([
  ['the parts of an event', ({ one }) => one.flatMap((n) => [n, n])],
  ['what is made of them', ({ one }) => one.flatMap((n) => [n, n]).map((n) => n)],
  ['two ways from one source', ({ one }) => one.filter((n) => n > 3).merge(one)],
  ['two branches', ({ one }) => { const { a, rest } = one.split({ a: (n) => n > 3 }); return a.map((n) => n).merge(rest); }],
  ['three ways, two of them from one source', ({ one, two }) => one.merge(two).merge(one.map((n) => n))],
  ['rows of windows that close', ({ windows }) => windows.final()],
  ['changes of windows', ({ windows }) => windows.changes()],
  ['the changes of an aggregation that is given several', ({ one }) => one.flatMap((n) => [n]).keyBy((n) => n).count().changes()],
  ['the changes of a joined table', ({ counts }) => counts.join(counts, () => 1).changes()],
])('%s: several in one step, so what is behind gathers', (_, write) => {
  expect(several(write)).toBe(true);
});
