import { expectTypeOf, test } from 'vitest';
import { pipeline } from '../../stream/pipeline.ts';
import type { Stream } from '../../stream/stream.ts';
import { fedByHand } from '../../testing/fixture-source.ts';
import { outOfOrder } from '../../time/completeness.ts';
import { minutes } from '../../time/duration.ts';
import { group } from '../../time/group-windowing.ts';
import type { Row } from '../row.ts';
import type { Grouped } from './collect-group.ts';

type Admitted = { readonly kind: 'admitted'; readonly at: number; readonly requestId: string; readonly model: string };
type Token = { readonly kind: 'token'; readonly at: number; readonly requestId: string };
type Finished = { readonly kind: 'finished'; readonly at: number; readonly requestId: string; readonly tokens: number };
type Event = Admitted | Token | Finished;

pipeline('groups', (app) => {
  const events = app.source('events', fedByHand<Event>(), { time: (e) => e.at, complete: outOfOrder(0) });
  const byRequest = events.keyBy((e) => e.requestId);

  test('what opens and what closes has the type that its test says', () => {
    const requests = byRequest.window(group({ open: (e) => e.kind === 'admitted', close: (e) => e.kind === 'finished', timeout: minutes(30) })).collect();
    expectTypeOf(requests.final()).toEqualTypeOf<Stream<Row<string, Grouped<Event, Admitted, Finished>, 'final'>>>();
    requests.final().map(({ value }) => expectTypeOf(value.close?.tokens).toEqualTypeOf<number | undefined>());
  });

  test('a test that narrows nothing leaves the type of all events', () => {
    const requests = byRequest.window(group({ open: (e) => e.at % 2 === 0, close: (e) => e.at % 2 === 1, timeout: 5 })).collect();
    requests.final().map(({ value }) => expectTypeOf(value.open).toEqualTypeOf<Event>());
    const mixed = events.window(group({ open: (e) => e.kind === 'admitted', close: (e) => e.at > 5, timeout: 5 })).collect();
    mixed.final().map(({ value }) => expectTypeOf(value).toEqualTypeOf<Grouped<Event, Admitted, Event>>());
  });

  test('other aggregations take its events', () => {
    const counts = byRequest.window(group({ open: (e) => e.kind === 'admitted', close: (e) => e.kind === 'finished', timeout: 5 })).count();
    expectTypeOf(counts.final()).toEqualTypeOf<Stream<Row<string, number, 'final'>>>();
  });
});
