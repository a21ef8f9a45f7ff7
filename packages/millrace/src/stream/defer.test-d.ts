import { expectTypeOf, test } from 'vitest';
import type { Deferred } from '../operator/defer/defer.ts';
import { fedByHand, readByHand } from '../testing/fixture-source.ts';
import { outOfOrder } from '../time/completeness.ts';
import { minutes } from '../time/duration.ts';
import { pipeline } from './pipeline.ts';
import type { JoinedStream, Stream } from './stream.ts';

type Start = { readonly kind: 'start'; readonly at: number; readonly job: string };
type End = { readonly kind: 'end'; readonly at: number; readonly job: string; readonly code: number };
type Step = Start | End;

pipeline('types', (app) => {
  const steps = app.source('steps', fedByHand<Step>(), { time: (e) => e.at, complete: outOfOrder(0) });
  const keyed = steps.keyBy((s) => s.job);
  const isEnd = (_: Step, later: Step): later is End => later.kind === 'end';

  test('what comes out is the event, and the later one or undefined; what is late is an event', () => {
    const any = keyed.defer({ name: 'any', until: (step, later) => later.at > step.at + 5, timeout: minutes(5) });
    expectTypeOf(any).toEqualTypeOf<JoinedStream<Deferred<Step>, Step>>();
    expectTypeOf(any.late).toEqualTypeOf<Stream<Step>>();
    any.map(({ value, by }) => {
      expectTypeOf(value).toEqualTypeOf<Step>();
      expectTypeOf(by).toEqualTypeOf<Step | undefined>();
    });
  });

  test('a guard of the later one narrows it', () => {
    keyed.defer({ name: 'end', until: isEnd, timeout: 5 }).map(({ by }) => expectTypeOf(by).toEqualTypeOf<End | undefined>());
    keyed.defer({ name: 'end', until: (_, later): later is End => later.kind === 'end', timeout: 5 }).map(({ by }) => expectTypeOf(by).toEqualTypeOf<End | undefined>());
  });

  test('what to wait for, and for how long, has to be said', () => {
    // @ts-expect-error -- nothing waits for ever
    keyed.defer({ name: 'a', until: () => true });
    // @ts-expect-error -- for what?
    keyed.defer({ name: 'b', timeout: 5 });
    // @ts-expect-error -- a stream waits by its keys
    steps.defer({ name: 'c', until: () => true, timeout: 5 });
  });

  test('what may be taken back stays so', () => {
    const provisional = keyed.count().changes().keyBy((c) => c.key).defer({ name: 'd', until: () => true, timeout: 5 });
    // @ts-expect-error -- an irreversible sink takes only what is final
    provisional.to(app.sink('mail', readByHand<unknown>(), { takes: 'irreversible' }));
  });
});
