import { expectTypeOf, test } from 'vitest';
import type { Change, Row } from '../operator/row.ts';
import { fedByHand, readByHand } from '../testing/fixture-source.ts';
import { outOfOrder } from '../time/completeness.ts';
import { days, minutes, seconds } from '../time/duration.ts';
import { tumbling } from '../time/windowing.ts';
import { pipeline } from './pipeline.ts';
import type { AsOfStream, JoinedStream, Stream } from './stream.ts';
import type { Table } from './table.ts';
import type { VersionedTable } from './versioned-table.ts';

type Order = { readonly id: string; readonly at: number; readonly model: string };
type Payment = { readonly order: string; readonly at: number; readonly cents: bigint };
type Price = { readonly model: string; readonly at: number; readonly cents: number };

pipeline('types', (app) => {
  const orders = app.source('orders', fedByHand<Order>(), { time: (e) => e.at, complete: outOfOrder(0) });
  const payments = app.source('payments', fedByHand<Payment>(), { time: (e) => e.at, complete: outOfOrder(0) });
  const prices = app.source('prices', fedByHand<Price>(), { time: (e) => e.at, complete: outOfOrder(0) }).keyBy((p) => p.model);
  const [left, right] = [orders.keyBy((o) => o.id), payments.keyBy((p) => p.order)];
  const table = prices.toTable({ versioned: days(40), value: (p) => p.cents });

  test('a side that may be missing is undefined; what comes out is what the function returns', () => {
    expectTypeOf(left.join(right, { within: seconds(15) }, (o, p) => [o.id, p.cents] as const)).toEqualTypeOf<JoinedStream<readonly [string, bigint], Order | Payment>>();
    expectTypeOf(left.join(right, { within: seconds(15) }, (o) => o).late).toEqualTypeOf<Stream<Order | Payment>>();
    left.leftJoin(right, { within: { before: 0, after: minutes(5) } }, (o, p) => {
      expectTypeOf(o).toEqualTypeOf<Order>();
      expectTypeOf(p).toEqualTypeOf<Payment | undefined>();
    });
    left.outerJoin(right, { within: 'forever' }, (o, p) => {
      expectTypeOf(o).toEqualTypeOf<Order | undefined>();
      expectTypeOf(p).toEqualTypeOf<Payment | undefined>();
    });
    left.window(tumbling(seconds(10))).join(right, (o, p) => {
      expectTypeOf(o).toEqualTypeOf<Order>();
      expectTypeOf(p).toEqualTypeOf<Payment>();
    });
  });

  test('null on a stream is no event', () => {
    const some = orders.map((o) => (o.at > 0 ? o.id : null)).keyBy((id) => id);
    some.join(left, { within: 1 }, (id) => expectTypeOf(id).toEqualTypeOf<string>());
  });

  test('a join says how far apart in time, and its keys are of one kind', () => {
    // @ts-expect-error -- within has to be said, also where it is for ever
    left.join(right, {}, () => 1);
    // @ts-expect-error -- a text and a number are never the same key
    left.join(payments.keyBy((p) => p.at), { within: 1 }, () => 1);
    // @ts-expect-error -- of two streams, by two keys
    left.join(payments, { within: 1 }, () => 1);
  });

  test('what may be taken back stays so behind a join', () => {
    const provisional = left.count().changes().keyBy((c) => c.key);
    const joined = provisional.join(right, { within: 1 }, (c) => c.after);
    expectTypeOf(joined).toEqualTypeOf<JoinedStream<number | undefined, Change<string, number> | Payment, 'provisional' | 'final'>>();
    // @ts-expect-error -- an irreversible sink takes only what is final
    joined.to(app.sink('mail', readByHand<number | undefined>(), { takes: 'irreversible' }));
  });

  test('a versioned table holds events, or what is made of them', () => {
    expectTypeOf(prices.toTable({ versioned: days(40) })).toEqualTypeOf<VersionedTable<string, Price, Price, 'final'>>();
    expectTypeOf(table).toEqualTypeOf<VersionedTable<string, number, Price, 'final'>>();
  });

  test('an event is joined with a row; with undefined only where that was asked for', () => {
    const by = orders.keyBy((o) => o.model);
    expectTypeOf(by.joinTable(table, { missing: 'drop' }, (o, cents) => [o.id, cents] as const)).toEqualTypeOf<AsOfStream<readonly [string, number], Order>>();
    by.joinTable(table, { at: (o) => o.at, missing: { wait: minutes(5) } }, (_, cents) => expectTypeOf(cents).toEqualTypeOf<number>());
    by.joinTable(table, { missing: 'null' }, (_, cents) => expectTypeOf(cents).toEqualTypeOf<number | undefined>());
    by.joinTable(table, { missing: { wait: minutes(5), else: 'null' } }, (_, cents) => expectTypeOf(cents).toEqualTypeOf<number | undefined>());
    // @ts-expect-error -- what happens without a row has to be said
    by.joinTable(table, {}, () => 1);
    // @ts-expect-error -- a table that does not know what it held has no answer as of a time
    by.joinTable(by.count(), { missing: 'drop' }, () => 1);
  });

  test('revised, it is a table of results by the number of their event', () => {
    const by = orders.keyBy((o) => o.model);
    const revised = by.joinTable(table, { missing: 'null', late: 'revise' }, (o, cents) => `${o.id} ${cents ?? 'free'}`);
    expectTypeOf(revised).toEqualTypeOf<Table<number, string, Order, 'final'>>();
    expectTypeOf(revised.final()).toEqualTypeOf<Stream<Row<number, string, 'final'>>>();
    // @ts-expect-error -- who does not wait cannot wait for a row
    by.joinTable(table, { missing: { wait: 5 }, late: 'revise' }, () => 1);
  });

  test('with all of a table, by its keys', () => {
    orders.joinAll(table, {}, (o, all) => {
      expectTypeOf(all.get(o.model)).toEqualTypeOf<number | undefined>();
      expectTypeOf([...all.entries()]).toEqualTypeOf<(readonly [string, number])[]>();
    });
  });
});
