import * as v from 'valibot';
import { expectTypeOf, test } from 'vitest';
import type { StandardSchema } from '../task/standard-schema.ts';
import { fedByHand } from '../testing/fixture-source.ts';
import { outOfOrder } from '../time/completeness.ts';
import { pipeline } from './pipeline.ts';
import type { SourceStream } from './stream.ts';

type V1 = { readonly v: 1; readonly at: number; readonly user: string; readonly tokens: number };
type V2 = { readonly v: 2; readonly at: number; readonly user: string; readonly input: number; readonly output: number };
type V3 = { readonly v: 3; readonly time: number; readonly user: string; readonly input: number; readonly output: number };

const complete = outOfOrder(0);
const one = (e: V1): V2 => ({ v: 2, at: e.at, user: e.user, input: e.tokens, output: 0 });
const two = ({ at, user, input, output }: V2): V3 => ({ v: 3, time: at, user, input, output });
const Schema = v.object({ id: v.string(), at: v.pipe(v.number(), v.integer()), tokens: v.optional(v.number(), 0) });

pipeline('types', (app) => {
  test('the stream is of the newest version, and so is what the time is asked of', () => {
    const stream = app.source('all', fedByHand<V1 | V2 | V3>(), { time: (e) => e.time, complete, upcast: { 1: one, 2: two } });
    expectTypeOf(stream).toEqualTypeOf<SourceStream<V3>>();
    expectTypeOf(app.source('two', fedByHand<V1 | V2>(), { time: (e) => e.at, complete, upcast: { 1: one } })).toEqualTypeOf<SourceStream<V2>>();
    expectTypeOf(app.source('old', fedByHand<V1>(), { time: (e) => e.time, complete, upcast: { 1: one, 2: two } })).toEqualTypeOf<SourceStream<V3>>();
    expectTypeOf(app.source('from 2', fedByHand<V2 | V3>(), { time: (e) => e.time, complete, upcast: { 2: two } })).toEqualTypeOf<SourceStream<V3>>();
  });

  test('what decides the version sees what comes', () => {
    app.source('said otherwise', fedByHand<V1 | V2>(), {
      time: (e) => e.at,
      complete,
      upcast: { 1: one },
      version: (e) => {
        expectTypeOf(e).toEqualTypeOf<V1 | V2>();
        return 'tokens' in e ? 1 : 2;
      },
    });
  });

  test('what has no field v needs somebody to say its version', () => {
    // @ts-expect-error -- neither v nor version
    app.source('untold', fedByHand<Omit<V1, 'v'>>(), { time: (e) => e.at, complete, upcast: { 1: (e: Omit<V1, 'v'>): V2 => one({ ...e, v: 1 }) } });
  });

  test('a chain that does not fit, or does not cover what comes, does not compile', () => {
    // @ts-expect-error -- what 1 makes is not what 2 takes
    app.source('unfit', fedByHand<V1 | V3>(), { time: () => 0, complete, upcast: { 1: (e: V1): V1 => e, 2: two } });
    // @ts-expect-error -- V1 is neither taken nor the newest
    app.source('uncovered', fedByHand<V1 | V2 | V3>(), { time: () => 0, complete, upcast: { 2: two } });
    // @ts-expect-error -- the newest has no `at`
    app.source('old time', fedByHand<V1 | V2 | V3>(), { time: (e) => e.at, complete, upcast: { 1: one, 2: two } });
  });

  test('the type comes from the schema: what it makes', () => {
    const stream = app.source('schema', fedByHand(), { time: (e) => e.at, complete, schema: Schema });
    expectTypeOf(stream).toEqualTypeOf<SourceStream<{ id: string; at: number; tokens: number }>>();
    expectTypeOf(Schema).toExtend<StandardSchema>();
    // One that says no more than it has to.
    const bare = { '~standard': { version: 1 as const, vendor: 'own', validate: (value: unknown) => ({ value: value as V3 }) } };
    expectTypeOf(app.source('bare', fedByHand(), { time: (e) => e.time, complete, schema: bare })).toEqualTypeOf<SourceStream<V3>>();
  });

  test('a schema may judge what upcasters make', () => {
    const Newest = v.object({ v: v.literal(2), at: v.number(), user: v.pipe(v.string(), v.transform((name) => ({ name }))), input: v.number(), output: v.number() });
    const stream = app.source('both', fedByHand<V1 | V2>(), { time: (e) => e.at, complete, upcast: { 1: one }, schema: Newest });
    expectTypeOf(stream).toEqualTypeOf<SourceStream<{ v: 2; at: number; user: { name: string }; input: number; output: number }>>();
  });

  test('without either the stream is of what comes', () => {
    expectTypeOf(app.source('plain', fedByHand<V1>(), { time: (e) => e.at, complete })).toEqualTypeOf<SourceStream<V1>>();
  });
});
