import { expectTypeOf, test } from 'vitest';
import { count } from '../aggregation/count.ts';
import { max, min } from '../aggregation/extreme.ts';
import { sum } from '../aggregation/sum.ts';
import { drop, halt, reconcile, revise } from '../operator/late-policy.ts';
import type { Change, Row } from '../operator/row.ts';
import type { BadRecord } from '../task/bad-record.ts';
import { fedByHand, readByHand } from '../testing/fixture-source.ts';
import { outOfOrder, sequences } from '../time/completeness.ts';
import type { Message } from '../time/producers/message.ts';
import { group } from '../time/group-windowing.ts';
import { countWindow, hopping, session, sliding } from '../time/own-windowing.ts';
import { daily } from '../time/schedule.ts';
import { global, tumbling } from '../time/windowing.ts';
import { pipeline } from './pipeline.ts';
import type { Stream } from './stream.ts';
import type { Table } from './table.ts';

type Chat = { readonly kind: 'chat'; readonly time: number; readonly tokens: number; readonly tenant: string };
type Image = { readonly kind: 'image'; readonly time: number; readonly pixels: bigint; readonly tenant: string };
type Usage = Chat | Image;

const isChat = (e: Usage): e is Chat => e.kind === 'chat';

pipeline('types', (app) => {
  const usage = app.source('usage', fedByHand<Usage>(), { time: (e) => e.time, complete: outOfOrder(0) });
  const chats = usage.filter(isChat);

  test('a halt is told `keep` where something is counted again, and only there; without keys none stands still', () => {
    const kept = halt({ scope: 'key', keep: 5 });
    const bare = halt({ scope: 'key' });
    usage.keyBy((e) => e.kind).window(tumbling(5)).count({ late: kept });
    // @ts-expect-error -- windows keep what has left, so that a late event can be accepted
    usage.keyBy((e) => e.kind).window(tumbling(5)).count({ late: bare });
    usage.keyBy((e) => e.kind).window(hopping(10, 5)).count({ late: kept });
    // @ts-expect-error -- as tumbling ones
    usage.keyBy((e) => e.kind).window(hopping(10, 5)).count({ late: bare });
    usage.keyBy((e) => e.kind).window(session(5)).count({ late: bare });
    // @ts-expect-error -- a late event may make other sessions of those that have left: nothing is kept of them
    usage.keyBy((e) => e.kind).window(session(5)).count({ late: kept });
    usage.window(sliding(5)).aggregate({ n: count() }, { late: bare });
    // @ts-expect-error -- as sessions
    usage.window(sliding(5)).aggregate({ n: count() }, { late: kept });
    usage.window(group({ open: () => true, close: () => true, timeout: 5 })).collect({ late: bare });
    // @ts-expect-error -- as sessions
    usage.window(group({ open: () => true, close: () => true, timeout: 5 })).count({ late: kept });
    usage.keyBy((e) => e.kind).toTable({ late: bare });
    // @ts-expect-error -- nothing that has left is counted again
    usage.keyBy((e) => e.kind).toTable({ late: kept });
    usage.keyBy((e) => e.kind).join(usage.keyBy((e) => e.kind), { within: 5, late: bare }, (l) => l);
    usage.reorder({ by: 'time', late: halt({ scope: 'partition' }) });
    // @ts-expect-error -- events on a stream have no keys
    usage.reorder({ by: 'time', late: bare });
  });

  test('windows are told the policies that they have', () => {
    const recounted = reconcile({ at: daily('02:00', 'UTC'), keep: 5 });
    usage.window(hopping(10, 5)).count({ late: recounted });
    usage.window(session(5)).count({ late: recounted });
    usage.window(sliding(5)).count({ late: recounted });
    usage.window(group({ open: () => true, close: () => true, timeout: 5 })).count({ late: recounted });
    usage.window(global()).count({ late: recounted });
    // @ts-expect-error -- it closes when the input has ended
    usage.window(global()).count({ late: halt({ scope: 'key' }) });
    usage.window(countWindow(5)).count({ late: drop() });
    // @ts-expect-error -- nothing is late for so many events
    usage.window(countWindow(5)).count({ late: revise({ retain: 5 }) });
    // @ts-expect-error -- nor would a recount fill them in the same order
    usage.window(countWindow(5)).count({ late: recounted });
  });

  test('nothing has to be annotated: what goes in says what comes out', () => {
    expectTypeOf(usage.map((e) => e.tenant)).toEqualTypeOf<Stream<string>>();
    expectTypeOf(usage.flatMap((e) => [e.tenant, e.time])).toEqualTypeOf<Stream<string | number>>();
    expectTypeOf(usage.bad).toEqualTypeOf<Stream<BadRecord>>();
    expectTypeOf(usage.dedupe({ id: (e) => [e.tenant, e.time], for: 5 }).late).toEqualTypeOf<Stream<Usage>>();
  });

  test('of numbered messages the stream is of their values', () => {
    const numbered = app.source('numbered', fedByHand<Message<Chat>>(), { time: (e) => e.tokens, complete: sequences({ silentAfter: 5 }) });
    expectTypeOf(numbered.map((e) => e.tenant)).toEqualTypeOf<Stream<string>>();
    // @ts-expect-error -- what is not numbered proves nothing
    app.source('plain', fedByHand<Chat>(), { time: (e: Chat) => e.time, complete: sequences({ silentAfter: 5 }) });
  });

  test('a guard narrows', () => {
    expectTypeOf(chats).toEqualTypeOf<Stream<Chat>>();
    expectTypeOf(usage.filter((e) => e.kind === 'image')).toEqualTypeOf<Stream<Image>>();
    expectTypeOf(usage.filter((e) => e.time > 5)).toEqualTypeOf<Stream<Usage>>();
  });

  test('merging unites', () => {
    expectTypeOf(chats.merge(usage.map((e) => e.tenant))).toEqualTypeOf<Stream<Chat | string>>();
  });

  test('each branch of a split is narrowed by its guard, and the rest is what no guard takes', () => {
    const streams = usage.split({ chat: isChat, big: (e: Usage) => e.time > 5 });
    expectTypeOf(streams.chat).toEqualTypeOf<Stream<Chat>>();
    expectTypeOf(streams.big).toEqualTypeOf<Stream<Usage>>();
    expectTypeOf(streams.rest).toEqualTypeOf<Stream<Image>>();
  });

  test('a guard written in place narrows too', () => {
    const streams = usage.split({ image: (e) => e.kind === 'image' });
    expectTypeOf(streams.image).toEqualTypeOf<Stream<Image>>();
    expectTypeOf(streams.rest).toEqualTypeOf<Stream<Chat>>();
  });

  test('a guard for a special case of a type that is no union gives the special case', () => {
    type Animal = { readonly time: number; readonly legs: number };
    type Dog = Animal & { readonly barks: true };
    const animals = usage.map((e): Animal => ({ time: e.time, legs: 4 }));
    const streams = animals.split({ dog: (animal): animal is Dog => 'barks' in animal });
    expectTypeOf(streams.dog).toEqualTypeOf<Stream<Dog>>();
    expectTypeOf(streams.rest).toEqualTypeOf<Stream<Animal>>();
  });

  test('a table is of its key and its value', () => {
    expectTypeOf(usage.keyBy((e) => e.tenant).count()).toEqualTypeOf<Table<string, number, Usage, 'final'>>();
    expectTypeOf(usage.keyBy({ tenant: (e) => e.tenant, odd: (e) => e.time % 2 === 1 }).count()).toEqualTypeOf<Table<{ tenant: string; odd: boolean }, number, Usage, 'final'>>();
    expectTypeOf(usage.window(tumbling(5)).count()).toEqualTypeOf<Table<undefined, number, Usage, 'final'>>();
    expectTypeOf(usage.keyBy((e) => e.kind).window(tumbling(5)).count().late).toEqualTypeOf<Stream<Usage>>();
  });

  test('a sum is a number or a bigint, as what is summed', () => {
    expectTypeOf(chats.keyBy((e) => e.tenant).sum((e) => e.tokens)).toEqualTypeOf<Table<string, number, Chat, 'final'>>();
    expectTypeOf(usage.filter((e) => e.kind === 'image').keyBy((e) => e.tenant).sum((e) => e.pixels)).toEqualTypeOf<Table<string, bigint, Image, 'final'>>();
    expectTypeOf(usage.keyBy((e) => e.tenant).sum(() => 1)).toEqualTypeOf<Table<string, number, Usage, 'final'>>();
  });

  test('several aggregations result in a record of theirs', () => {
    const table = chats
      .keyBy((e) => e.tenant)
      .window(tumbling(5))
      .aggregate({ n: count(), tokens: sum((e) => e.tokens), first: min((e) => e.time), name: max((e) => e.tenant) });
    expectTypeOf(table.final()).toEqualTypeOf<Stream<Row<string, { n: number; tokens: number; first: number; name: string }, 'final'>>>();
  });

  test('an aggregation of your own results in what its result returns', () => {
    const table = usage.keyBy((e) => e.tenant).aggregate({ create: () => new Set<string>(), add: (kinds, e) => kinds.add(e.kind), result: (kinds) => [...kinds] });
    expectTypeOf(table.changes()).toEqualTypeOf<Stream<Change<string, string[]>, 'provisional'>>();
  });

  test('concat unites, reorder keeps, and what is late or in conflict is of the same type', () => {
    expectTypeOf(chats.concat(usage.map((e) => e.tenant))).toEqualTypeOf<Stream<Chat | string>>();
    expectTypeOf(usage.reorder({ by: 'time' }).late).toEqualTypeOf<Stream<Usage>>();
    expectTypeOf(usage.reorder({ by: (e) => e.time, from: 5 })).toExtend<Stream<Usage>>();
    expectTypeOf(usage.dedupe({ id: (e) => e.tenant, for: 5, conflicts: true, content: (e) => e.kind }).conflicts).toEqualTypeOf<Stream<Usage>>();
    // @ts-expect-error -- without contents there are no conflicts
    expectTypeOf(usage.dedupe({ id: (e) => e.tenant, for: 5 }).conflicts);
    // @ts-expect-error -- times begin where the frontier is
    usage.reorder({ by: 'time', from: 5 });
    // @ts-expect-error -- a sequence is a number
    usage.reorder({ by: (e) => e.tenant });
  });

  test('a process says what comes out; its state and its key are what they are', () => {
    const alerts = usage.keyBy({ tenant: (e) => e.tenant }).process<{ alert: string }, { n: number }>({
      name: 'alerts',
      state: () => ({ n: 0 }),
      on(event, { key, state, emit, time, frontier }) {
        expectTypeOf(event).toEqualTypeOf<Usage>();
        expectTypeOf(key).toEqualTypeOf<{ tenant: string }>();
        expectTypeOf(state.get()).toEqualTypeOf<{ n: number }>();
        expectTypeOf(time).toEqualTypeOf<number>();
        expectTypeOf(frontier).toEqualTypeOf<number>();
        emit({ alert: key.tenant });
        // @ts-expect-error -- only alerts come out
        emit('alert');
        // @ts-expect-error -- the state is a record
        state.set(5);
      },
      timer(time) {
        expectTypeOf(time).toEqualTypeOf<number>();
      },
    });
    expectTypeOf(alerts).toEqualTypeOf<Stream<{ alert: string }>>();
  });

  test('a sink takes what it is for', () => {
    chats.to(app.sink('chats', readByHand<Chat>()));
    // @ts-expect-error -- a sink of chats takes no images
    usage.to(app.sink('usage', readByHand<Chat>()));
    // @ts-expect-error -- a key is made of plain values
    usage.keyBy((e) => ({ tenant: { name: e.tenant } }));
    // @ts-expect-error -- text cannot be summed
    usage.keyBy((e) => e.tenant).sum((e) => e.kind);
  });

  test('what is asked is typed as what is returned', () => {
    const asked = pipeline('asked', (other) => {
      const source = other.source('chats', fedByHand<Chat>(), { time: (e) => e.time, complete: outOfOrder(0) });
      return { tokens: source.keyBy({ tenant: (e) => e.tenant }).sum((e) => e.tokens) };
    });
    expectTypeOf(asked.tables.tokens.get).parameter(0).toEqualTypeOf<{ tenant: string }>();
    expectTypeOf(asked.tables.tokens.scan()).toEqualTypeOf<Promise<readonly Row<{ tenant: string }, number>[]>>();
  });
});
