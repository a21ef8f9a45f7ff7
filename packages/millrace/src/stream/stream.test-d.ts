import { expectTypeOf, test } from 'vitest';
import { count } from '../aggregation/count.ts';
import { max, min } from '../aggregation/extreme.ts';
import { sum } from '../aggregation/sum.ts';
import type { Change, Row } from '../operator/row.ts';
import type { BadRecord } from '../task/bad-record.ts';
import { fedByHand, readByHand } from '../testing/fixture-source.ts';
import { outOfOrder } from '../time/completeness.ts';
import { tumbling } from '../time/windowing.ts';
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

  test('nothing has to be annotated: what goes in says what comes out', () => {
    expectTypeOf(usage.map((e) => e.tenant)).toEqualTypeOf<Stream<string>>();
    expectTypeOf(usage.flatMap((e) => [e.tenant, e.time])).toEqualTypeOf<Stream<string | number>>();
    expectTypeOf(usage.bad).toEqualTypeOf<Stream<BadRecord>>();
    expectTypeOf(usage.dedupe({ id: (e) => [e.tenant, e.time], for: 5 }).late).toEqualTypeOf<Stream<Usage>>();
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
    expectTypeOf(usage.keyBy((e) => e.tenant).count()).toEqualTypeOf<Table<string, number, Usage>>();
    expectTypeOf(usage.keyBy({ tenant: (e) => e.tenant, odd: (e) => e.time % 2 === 1 }).count()).toEqualTypeOf<Table<{ tenant: string; odd: boolean }, number, Usage>>();
    expectTypeOf(usage.window(tumbling(5)).count()).toEqualTypeOf<Table<undefined, number, Usage>>();
    expectTypeOf(usage.keyBy((e) => e.kind).window(tumbling(5)).count().late).toEqualTypeOf<Stream<Usage>>();
  });

  test('a sum is a number or a bigint, as what is summed', () => {
    expectTypeOf(chats.keyBy((e) => e.tenant).sum((e) => e.tokens)).toEqualTypeOf<Table<string, number, Chat>>();
    expectTypeOf(usage.filter((e) => e.kind === 'image').keyBy((e) => e.tenant).sum((e) => e.pixels)).toEqualTypeOf<Table<string, bigint, Image>>();
    expectTypeOf(usage.keyBy((e) => e.tenant).sum(() => 1)).toEqualTypeOf<Table<string, number, Usage>>();
  });

  test('several aggregations result in a record of theirs', () => {
    const table = chats
      .keyBy((e) => e.tenant)
      .window(tumbling(5))
      .aggregate({ of: { n: count(), tokens: sum((e: Chat) => e.tokens), first: min((e: Chat) => e.time), name: max((e: Chat) => e.tenant) } });
    expectTypeOf(table.final()).toEqualTypeOf<Stream<Row<string, { n: number; tokens: number; first: number; name: string }, 'final'>>>();
  });

  test('an aggregation of your own results in what its result returns', () => {
    const table = usage.keyBy((e) => e.tenant).aggregate({ create: () => new Set<string>(), add: (kinds, e) => kinds.add(e.kind), result: (kinds) => [...kinds] });
    expectTypeOf(table.changes()).toEqualTypeOf<Stream<Change<string, string[]>, 'provisional'>>();
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
