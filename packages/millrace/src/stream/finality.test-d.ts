import { expectTypeOf, test } from 'vitest';
import { reconcile } from '../operator/late-policy.ts';
import type { Change, Row } from '../operator/row.ts';
import type { SinkSpec } from '../task/sink.ts';
import { fedByHand } from '../testing/fixture-source.ts';
import { outOfOrder } from '../time/completeness.ts';
import { group } from '../time/group-windowing.ts';
import { session } from '../time/own-windowing.ts';
import { daily } from '../time/schedule.ts';
import { tumbling } from '../time/windowing.ts';
import { pipeline } from './pipeline.ts';
import type { AsOfStream, Stream } from './stream.ts';
import type { Table } from './table.ts';

type Request = { readonly at: number; readonly user: string };
declare const mailer: SinkSpec<unknown>;

pipeline('finality', (app) => {
  const requests = app.source('requests', fedByHand<Request>(), { time: (r) => r.at, complete: outOfOrder(0) });
  const perUser = requests.keyBy((r) => r.user).window(tumbling(10)).count({ name: 'per-user' });
  const invoices = app.sink('invoices', mailer, { takes: 'irreversible' });
  const notes = app.sink('notes', mailer, { takes: 'adjustable' });

  test('what is irreversible takes only what is final', () => {
    perUser.final().to(invoices);
    requests.to(invoices);
    // @ts-expect-error 'invoices' cannot take back a provisional result; use .final()
    perUser.to(invoices);
    // @ts-expect-error 'invoices' cannot take back a provisional result; use .final()
    perUser.changes().to(invoices);
    // @ts-expect-error 'invoices' cannot take back a provisional result; use .final()
    perUser.changes().filter((change) => change.finality === 'final').map((change) => change.after).to(invoices);
    // @ts-expect-error 'notes' cannot take back a provisional result; use .final()
    perUser.to(notes);
    perUser.final().to(notes);
  });

  test('what is revisable takes everything', () => {
    perUser.to(app.print('out'));
    perUser.final().to(app.print('out'));
    perUser.to(app.sink('any', mailer));
  });

  test('one provisional branch makes the whole provisional', () => {
    const merged = perUser.changes().map((c) => c.time).merge(requests.map((r) => r.at));
    expectTypeOf(merged).toEqualTypeOf<Stream<number, 'provisional' | 'final'>>();
    // @ts-expect-error 'invoices' cannot take back a provisional result; use .final()
    merged.to(invoices);
    // @ts-expect-error 'invoices' cannot take back a provisional result; use .final()
    perUser.changes().split({ big: (c) => (c.after ?? 0) > 5 }).rest.to(invoices);
    const processed = perUser.changes().keyBy((c) => c.key).process<number, number>({ state: () => 0, on: (c, { emit }) => emit(c.after ?? 0) });
    expectTypeOf(processed).toEqualTypeOf<Stream<number, 'provisional'>>();
    // @ts-expect-error 'invoices' cannot take back a provisional result; use .final()
    processed.to(invoices);
  });

  test('what is late for a table over what may be taken back may be taken back too', () => {
    const over = perUser.changes().window(tumbling(20)).count();
    // @ts-expect-error 'invoices' cannot take back a provisional result; use .final()
    over.late.to(invoices);
    // @ts-expect-error 'invoices' cannot take back a provisional result; use .final()
    perUser.changes().keyBy((c) => c.key).window(session(5)).sum((c) => c.after ?? 0).late.to(invoices);
    // @ts-expect-error 'invoices' cannot take back a provisional result; use .final()
    perUser.changes().keyBy((c) => c.key).window(group({ open: () => true, close: () => true, timeout: 5 })).collect().late.to(invoices);
    // @ts-expect-error 'invoices' cannot take back a provisional result; use .final()
    perUser.changes().keyBy((c) => c.key).toTable().late.to(invoices);
    // @ts-expect-error 'invoices' cannot take back a provisional result; use .final()
    perUser.changes().keyBy((c) => c.key).toTable({ versioned: 100 }).late.to(invoices);
    // @ts-expect-error 'invoices' cannot take back a provisional result; use .final()
    perUser.groupBy((row) => row.value).window(tumbling(20)).count().late.to(invoices);
    // @ts-expect-error 'invoices' cannot take back a provisional result; use .final()
    perUser.changes().toTable().late.to(invoices);
    over.late.to(app.sink('any', mailer));
    // Over facts it is a fact; and what was wrong is one over anything.
    perUser.late.to(invoices);
    perUser.final().keyBy((row) => row.key).window(tumbling(20)).count().late.to(invoices);
    perUser.changes().window(tumbling(20)).count({ late: reconcile({ at: daily('02:00', 'UTC'), keep: 1000 }) }).adjustments.to(notes);
  });

  test('what was joined with a table of what may be taken back may be taken back too', () => {
    const table = perUser.changes().keyBy((c) => c.key).toTable({ versioned: 100 });
    const asked = requests.keyBy((r) => r.user).joinTable(table, { missing: 'bad' }, (_, change) => change.after);
    expectTypeOf(asked).toEqualTypeOf<AsOfStream<number | undefined, Request, 'provisional' | 'final'>>();
    // @ts-expect-error 'invoices' cannot take back a provisional result; use .final()
    asked.to(invoices);
    // @ts-expect-error 'invoices' cannot take back a provisional result; use .final()
    asked.bad.to(invoices);
    // @ts-expect-error 'invoices' cannot take back a provisional result; use .final()
    asked.late.to(invoices);
    // @ts-expect-error 'invoices' cannot take back a provisional result; use .final()
    requests.keyBy((r) => r.user).joinTable(table, { missing: 'drop', late: 'revise' }, (_, change) => change.after).late.to(invoices);
    // @ts-expect-error 'invoices' cannot take back a provisional result; use .final()
    requests.joinAll(table, {}, (_, all) => all.get('ada')).to(invoices);
    const facts = requests.keyBy((r) => r.user).toTable({ versioned: 100 });
    requests.keyBy((r) => r.user).joinTable(facts, { missing: 'drop' }, (r) => r).to(invoices);
    requests.joinAll(facts, {}, (_, all) => all.get('ada')).to(invoices);
  });

  test('a table of either kind is a table', () => {
    const over = perUser.changes().keyBy((c) => c.key).window(tumbling(10)).count();
    const tables: readonly Table<string, number>[] = [over, perUser];
    perUser.join(over, (one, other) => one + other);
    return pipeline('returned', () => ({ over, perUser, tables: tables[0] as typeof over }));
  });

  test('the type of a row says what it is', () => {
    expectTypeOf(perUser.final()).toEqualTypeOf<Stream<Row<string, number, 'final'>>>();
    expectTypeOf(perUser.changes()).toEqualTypeOf<Stream<Change<string, number>, 'provisional'>>();
    requests.to(app.callback('typed', (row) => void expectTypeOf(row).toEqualTypeOf<Request>()));
    perUser.to(app.callback('changes', ({ before }) => void expectTypeOf(before).toEqualTypeOf<number | undefined>()));
  });
});
