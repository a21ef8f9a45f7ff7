import { expectTypeOf, test } from 'vitest';
import type { Change } from '../operator/row.ts';
import { fedByHand } from '../testing/fixture-source.ts';
import { outOfOrder } from '../time/completeness.ts';
import { days } from '../time/duration.ts';
import { tumbling } from '../time/windowing.ts';
import type { Published } from '../task/changelog.ts';
import type { Correction, Dependent } from './dependents.ts';
import { pipeline } from './pipeline.ts';

type Request = { readonly at: number; readonly user: string };

const program = pipeline('downstream', (app) => {
  const requests = app.source('requests', fedByHand<Request>(), { time: (r) => r.at, complete: outOfOrder(0) });
  const perUser = requests.keyBy((r) => r.user).window(tumbling(10)).count({ name: 'per-user' });

  test('a changelog takes the changes of a table, what is made of them, and final rows', () => {
    perUser.to(app.changelog('changes', { keep: days(7) }));
    perUser.changes().filter((change) => change.key === 'ada').to(app.changelog('of ada', { keep: days(7), keepUnacknowledged: days(14) }));
    perUser.final().to(app.changelog('final', { keep: days(7) }));
    expectTypeOf(app.changelog('changes', { keep: days(7) }).takes).toEqualTypeOf<'revisable'>();
    expectTypeOf(app.changelog('changes', { keep: days(7) }).name).toEqualTypeOf<'changes'>();
    // @ts-expect-error how long changes are kept has to be said
    app.changelog('changes', {});
    // @ts-expect-error it takes what can be taken back: there is nothing to be chosen
    app.changelog('changes', { keep: days(7), takes: 'irreversible' });
    // @ts-expect-error a changelog of other changes
    perUser.to(app.changelog<Change<number, number>>('changes', { keep: days(7) }));
  });
});

test('what a subscriber reads has the type that it says', async () => {
  const changelog = program.changelog<Change<string, number>>('changes');
  const subscription = await changelog.subscribe('crm', { from: 'newest' });
  expectTypeOf(await subscription.read()).toEqualTypeOf<readonly Published<Change<string, number>>[]>();
  expectTypeOf(await (await program.changelog('changes').subscribe('crm')).read()).toEqualTypeOf<readonly Published<unknown>[]>();
  expectTypeOf(subscription.acknowledge).parameters.toEqualTypeOf<[position: number]>();
  // @ts-expect-error 'oldest' or 'newest'
  void changelog.subscribe('crm', { from: 'now' });
});

test('dependents are told apart by their kind', () => {
  for (const dependent of program.dependents('per-user')) {
    if (dependent.kind === 'sink') expectTypeOf(dependent.delivered).toEqualTypeOf<number>();
    if (dependent.kind === 'subscriber') expectTypeOf(dependent.acknowledged).toEqualTypeOf<number>();
    // @ts-expect-error a table takes no deliveries
    if (dependent.kind === 'table') void dependent.delivered;
  }
  expectTypeOf<Dependent['kind']>().toEqualTypeOf<'table' | 'sink' | 'changelog' | 'subscriber'>();
  expectTypeOf(program.corrections()).toEqualTypeOf<readonly Correction[]>();
});
