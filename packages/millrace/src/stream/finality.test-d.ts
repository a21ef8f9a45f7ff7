import { expectTypeOf, test } from 'vitest';
import type { Change, Row } from '../operator/row.ts';
import type { SinkSpec } from '../task/sink.ts';
import { fedByHand } from '../testing/fixture-source.ts';
import { outOfOrder } from '../time/completeness.ts';
import { tumbling } from '../time/windowing.ts';
import { pipeline } from './pipeline.ts';
import type { Stream } from './stream.ts';

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

  test('the type of a row says what it is', () => {
    expectTypeOf(perUser.final()).toEqualTypeOf<Stream<Row<string, number, 'final'>>>();
    expectTypeOf(perUser.changes()).toEqualTypeOf<Stream<Change<string, number>, 'provisional'>>();
    requests.to(app.callback('typed', (row) => void expectTypeOf(row).toEqualTypeOf<Request>()));
    perUser.to(app.callback('changes', ({ before }) => void expectTypeOf(before).toEqualTypeOf<number | undefined>()));
  });
});
