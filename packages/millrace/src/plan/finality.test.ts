import { expect, test } from 'vitest';
import type { App } from '../stream/pipeline.ts';
import { pipeline } from '../stream/pipeline.ts';
import type { Stream } from '../stream/stream.ts';
import type { Table } from '../stream/table.ts';
import { fedByHand, readByHand } from '../testing/fixture-source.ts';
import { outOfOrder } from '../time/completeness.ts';
import { tumbling } from '../time/windowing.ts';

type Untyped = { to(sink: unknown): void };
type Write = (parts: { readonly events: Stream<number>; readonly counts: Table<number, number, number> }) => unknown;

/** Connects what `write` returns to a sink, as somebody without types would. */
function connect(write: Write, takes: 'adjustable' | 'irreversible' | 'revisable'): void {
  pipeline('untyped', (app: App) => {
    const events = app.source('events', fedByHand<number>(), { time: (n) => n, complete: outOfOrder(0) });
    const counts = events.keyBy((n) => n % 2).window(tumbling(5)).count({ name: 'counts' });
    (write({ events, counts }) as Untyped).to(app.sink('mail', readByHand(), { takes }));
  });
}

const provisional: readonly (readonly [string, Write])[] = [
  ['a table', ({ counts }) => counts],
  ['its changes', ({ counts }) => counts.changes()],
  ['what is made of its changes', ({ counts }) => counts.changes().filter(() => true).map((c) => c.after).flatMap((n) => [n])],
  ['a branch of them', ({ counts }) => counts.changes().split({ a: () => true }).a],
  ['a stream they are merged into', ({ counts, events }) => events.merge(counts.changes().map((c) => c.time))],
  ['them without repetitions', ({ counts }) => counts.changes().dedupe({ id: (c) => c.key, for: 5 })],
  ['a table of them', ({ counts }) => counts.changes().keyBy((c) => c.key).count()],
];

test.each(provisional)('%s may be taken back: no sink gets it that cannot', (_, write) => {
  expect(() => connect(write, 'irreversible')).toThrow("'mail' cannot take back a provisional result: it is irreversible");
  expect(() => connect(write, 'adjustable')).toThrow('cannot take back');
  expect(() => connect(write, 'revisable')).not.toThrow();
});

test.each<readonly [string, Write]>([
  ['events', ({ events }) => events.map((n) => n)],
  ['late events', ({ counts }) => counts.late],
  ['final rows', ({ counts }) => counts.final()],
  ['what is made of them', ({ counts }) => counts.final().map((row) => row.value)],
])('%s are facts: every sink gets them', (_, write) => {
  for (const takes of ['irreversible', 'adjustable', 'revisable'] as const) expect(() => connect(write, takes)).not.toThrow();
});
