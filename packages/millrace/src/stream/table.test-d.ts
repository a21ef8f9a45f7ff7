import { expectTypeOf, test } from 'vitest';
import { count } from '../aggregation/count.ts';
import { sum } from '../aggregation/sum.ts';
import type { Ranked } from '../operator/group/top.ts';
import type { Row } from '../operator/row.ts';
import { fedByHand } from '../testing/fixture-source.ts';
import { outOfOrder } from '../time/completeness.ts';
import { tumbling } from '../time/windowing.ts';
import { pipeline } from './pipeline.ts';
import type { Table } from './table.ts';

type Order = { readonly time: number; readonly id: string; readonly user: string; readonly cents: number; readonly state: 'open' | 'gone' };
type User = { readonly time: number; readonly name: string; readonly country: string | null };

pipeline('types', (app) => {
  const orders = app.source('orders', fedByHand<Order>(), { time: (e) => e.time, complete: outOfOrder(0) });
  const users = app.source('users', fedByHand<User>(), { time: (e) => e.time, complete: outOfOrder(0) });
  const byId = orders.keyBy((o) => o.id).toTable({ name: 'orders', delete: (o) => o.state === 'gone' });
  const byName = users.keyBy((u) => u.name).toTable({ name: 'users', value: (u) => u.country });

  test('a table of the newest is of the events, or of what is made of them, and nothing that takes a row away', () => {
    expectTypeOf(byId).toEqualTypeOf<Table<string, Order, Order, 'final'>>();
    expectTypeOf(byName).toEqualTypeOf<Table<string, string, User, 'final'>>();
    expectTypeOf(byName.changes().toTable()).toEqualTypeOf<Table<string, string, undefined, 'provisional'>>();
    // @ts-expect-error -- only changes make a table again
    orders.toTable();
  });

  test('a row is mapped to what the function returns, undefined aside', () => {
    expectTypeOf(byId.map((row) => (row.value.cents > 5 ? row.value.user : undefined))).toEqualTypeOf<Table<string, string, undefined, 'provisional'>>();
    expectTypeOf(byId.filter((row) => row.value.cents > 5)).toEqualTypeOf<Table<string, Order, undefined, 'provisional'>>();
  });

  test('joins know what may be missing', () => {
    byName.join(byName, (left, right, key) => {
      expectTypeOf({ left, right, key }).toEqualTypeOf<{ left: string; right: string; key: string }>();
    });
    const left = byName.leftJoin(byName, (one, other) => ({ one, other }));
    expectTypeOf(left).toEqualTypeOf<Table<string, { one: string; other: string | undefined }, undefined, 'provisional'>>();
    const outer = byName.outerJoin(byName, (one, other) => ({ one, other }));
    expectTypeOf(outer).toEqualTypeOf<Table<string, { one: string | undefined; other: string | undefined }, undefined, 'provisional'>>();
    // @ts-expect-error -- keys of one type only
    byName.join(users.keyBy((u) => u.time).count(), () => 1);
  });

  test('a row refers by the key of the other table', () => {
    const told = byId.joinForeign(byName, (row) => row.value.user, (order, country) => `${order.cents} ${country}`);
    expectTypeOf(told).toEqualTypeOf<Table<string, string, undefined, 'provisional'>>();
    byId.leftJoinForeign(byName, () => null, (_, country) => void expectTypeOf(country).toEqualTypeOf<string | undefined>());
    // @ts-expect-error -- users are known by their names
    byId.joinForeign(byName, (row) => row.value.cents, () => 1);
  });

  test('groups are of what is selected, and their aggregations see rows', () => {
    expectTypeOf(byId.groupBy((row) => row.value.user).count()).toEqualTypeOf<Table<string, number, Row<string, Order>, 'provisional'>>();
    const groups = byId.groupBy({ user: (row) => row.value.user, big: (row) => row.value.cents > 100 }).window(tumbling(5));
    const record = groups.aggregate({ of: { n: count(), cents: sum((row: Row<string, Order>) => row.value.cents) } });
    expectTypeOf(record).toEqualTypeOf<Table<{ user: string; big: boolean }, { n: number; cents: number }, Row<string, Order>, 'provisional'>>();
    expectTypeOf(groups.sum((row) => row.value.cents)).toEqualTypeOf<Table<{ user: string; big: boolean }, number, Row<string, Order>, 'provisional'>>();
    const custom = groups.aggregate({ create: () => 0, add: (n: number, row) => n + row.value.cents, result: (n) => `${n}` });
    expectTypeOf(custom).toEqualTypeOf<Table<{ user: string; big: boolean }, string, Row<string, Order>, 'provisional'>>();
    expectTypeOf(byId.distinct((row) => row.value.state)).toEqualTypeOf<Table<'open' | 'gone', number, Row<string, Order>, 'provisional'>>();
  });

  test('a ranking is a list; what has no order needs to be told by what', () => {
    expectTypeOf(orders.keyBy((o) => o.user).count().top(5)).toEqualTypeOf<Table<undefined, readonly Ranked<string, number>[], undefined, 'provisional'>>();
    expectTypeOf(byId.top(5, (row) => row.value.cents)).toEqualTypeOf<Table<undefined, readonly Ranked<string, Order>[], undefined, 'provisional'>>();
    expectTypeOf(byId.groupBy((row) => row.value.user).top(5, (row) => row.value.cents)).toEqualTypeOf<Table<string, readonly Ranked<string, Order>[], undefined, 'provisional'>>();
    // @ts-expect-error -- orders have no order of their own
    byId.top(5);
  });
});
