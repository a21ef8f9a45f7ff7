import fc from 'fast-check';
import * as v from 'valibot';
import { expect, test } from 'vitest';
import type { SourceSpec } from '../task/source.ts';
import type { StandardSchema } from '../task/standard-schema.ts';
import { type TestDriver, testDriver } from '../testing/driver.ts';
import { listed } from '../testing/fixture-list.ts';
import { type Made, RUNS, inEveryWay, scenarios } from '../testing/fixture-scenario.ts';
import { fedByHand, readByHand } from '../testing/fixture-source.ts';
import { record } from '../testing/reference/record.ts';
import { valuesOf } from '../testing/reference/recorded.ts';
import { outOfOrder } from '../time/completeness.ts';
import { pipeline } from './pipeline.ts';
import type { Program, Tables } from './program.ts';
import type { App } from './pipeline.ts';
import type { Stream } from './stream.ts';

type V1 = { readonly v: 1; readonly user: string; readonly tokens: number };
type V2 = { readonly v: 2; readonly at: number; readonly user: string; readonly input: number; readonly output: number };
type V3 = { readonly v: 3; readonly time: number; readonly user: string; readonly total: number };

const complete = outOfOrder(0);
const upcast = {
  1: (e: V1): V2 => {
    if (e.user === 'nobody') throw new Error('nobody has no tokens');
    return { v: 2, at: e.tokens, user: e.user, input: e.tokens, output: 0 };
  },
  2: ({ at, user, input, output }: V2): V3 => ({ v: 3, time: at, user, total: input + output }),
};

function program<T>(write: (app: App) => Stream<T>): Program<Tables> {
  return pipeline('intake', (app) => write(app).to(app.sink('out', readByHand())));
}

const versioned = program((app) => app.source('usage', fedByHand<V1 | V2 | V3>(), { time: (e) => e.time, complete, upcast }));

function given(one: Program<Tables>, ...rows: readonly unknown[]): TestDriver<Tables> {
  const driver = testDriver(one);
  driver.source('usage').send(...rows);
  return driver;
}

test('old versions are brought up step by step, before the time is asked', () => {
  const driver = given(versioned, { v: 1, user: 'ada', tokens: 5 }, { v: 3, time: 6, user: 'ada', total: 7 }, { v: 2, at: 8, user: 'bob', input: 1, output: 2 });
  expect(driver.sink('out').rows()).toEqual([
    { v: 3, time: 5, user: 'ada', total: 5 },
    { v: 3, time: 6, user: 'ada', total: 7 },
    { v: 3, time: 8, user: 'bob', total: 3 },
  ]);
  expect(driver.status().sources).toMatchObject({ usage: [{ frontier: 8, events: 3, bad: 0 }] });
});

test.each<[string, unknown, string]>([
  ['0', { v: 0 }, 'its version is 0; expected 1 to 3'],
  ['one too new', { v: 4, time: 1 }, 'its version is 4; expected 1 to 3'],
  ['a fraction', { v: 1.5 }, 'its version is 1.5; expected 1 to 3'],
  ['text', { v: '1' }, 'its version is 1; expected 1 to 3'],
  ['none', {}, 'its version is undefined; expected 1 to 3'],
  ['no record', null, 'its version is undefined; expected 1 to 3'],
])('a version that is unknown is bad: %s', (_, row, message) => {
  const driver = given(versioned, row);
  expect(driver.bad()).toMatchObject([{ reason: 'unknown-version', message, raw: JSON.stringify(row) }]);
  expect(driver.status().sources).toMatchObject({ usage: [{ frontier: -1, events: 0, bad: 1 }] });
});

test('an upcaster that throws, or makes an event without a time, sets aside what came', () => {
  const driver = given(versioned, { v: 1, user: 'nobody', tokens: 5 }, { v: 2, at: -1, user: 'ada', input: 0, output: 0 }, { v: 1, user: 'ada', tokens: 5 });
  expect(driver.bad()).toMatchObject([
    { offset: 0, reason: 'threw', message: 'Error: nobody has no tokens', raw: '{"v":1,"user":"nobody","tokens":5}' },
    { offset: 1, reason: 'bad-time', raw: '{"v":2,"at":-1,"user":"ada","input":0,"output":0}' },
  ]);
  expect(driver.sink('out').rows()).toHaveLength(1);
});

test('what says the version may be given', () => {
  type Old = { readonly tokens: number };
  type New = { readonly time: number };
  const options = { time: (e: New) => e.time, complete, upcast: { 7: (e: Old): New => ({ time: e.tokens }) }, version: (e: Old | New) => ('tokens' in e ? 7 : 8) };
  const driver = given(program((app) => app.source('usage', fedByHand<Old | New>(), options)), { tokens: 5 }, { time: 6 });
  expect(driver.sink('out').rows()).toEqual([{ time: 5 }, { time: 6 }]);
});

test.each<[string, object, string]>([
  ['a gap', { 1: upcast[1], 3: upcast[2] }, 'upcast: { 1, 3 }: expected whole versions without a gap'],
  ['a fraction', { 0.5: upcast[1] }, 'upcast: { 0.5 }: expected whole versions without a gap'],
  ['nothing', {}, 'upcast: {} names no version'],
])('versions are refused when the program is written: %s', (_, wrong, message) => {
  expect(() => program((app) => app.source('usage', fedByHand<V1>(), { time: () => 0, complete, upcast: wrong as typeof upcast }))).toThrow(message);
});

const Usage = v.object({
  at: v.pipe(v.number(), v.integer()),
  user: v.object({ name: v.pipe(v.string(), v.minLength(2)) }),
  tokens: v.optional(v.number(), 0),
});
const judged = program((app) => app.source('usage', fedByHand(), { time: (e) => e.at, complete, schema: Usage }));

test('what the schema takes goes on as it makes it; what it refuses is bad, with every issue and its place', () => {
  const driver = given(judged, { at: 1, user: { name: 'ada' }, more: true }, { at: '1', user: { name: 'x' } }, 'what');
  expect(driver.sink('out').rows()).toEqual([{ at: 1, user: { name: 'ada' }, tokens: 0 }]);
  expect(driver.bad()).toMatchObject([
    { offset: 1, reason: 'invalid', raw: '{"at":"1","user":{"name":"x"}}' },
    { offset: 2, reason: 'invalid', raw: 'what' },
  ]);
  expect(driver.bad()[0]?.message).toMatch(/^at: .*number.*; user\.name: .*length/);
});

test('the schema judges what upcasters make', () => {
  const Newest = v.object({ v: v.literal(3), time: v.number(), user: v.string(), total: v.pipe(v.number(), v.maxValue(9)) });
  const both = program((app) => app.source('usage', fedByHand<V1 | V2 | V3>(), { time: (e) => e.time, complete, upcast, schema: Newest }));
  const driver = given(both, { v: 1, user: 'ada', tokens: 5 }, { v: 1, user: 'ada', tokens: 10 }, { v: 9 });
  expect(driver.sink('out').rows()).toEqual([{ v: 3, time: 5, user: 'ada', total: 5 }]);
  expect(driver.bad()).toMatchObject([
    { offset: 1, reason: 'invalid', raw: '{"v":1,"user":"ada","tokens":10}' },
    { offset: 2, reason: 'unknown-version' },
  ]);
});

/** A schema as any library might write it. */
const schemaOf = (validate: StandardSchema<unknown, { at: number }>['~standard']['validate']): StandardSchema<unknown, { at: number }> => ({
  '~standard': { version: 1, vendor: 'own', validate },
});

test('of many issues the first are told, with how many there are', () => {
  const issues = Array.from({ length: 12 }, (_, i) => ({ message: `wrong ${i}`, ...(i === 0 ? {} : { path: ['list', { key: i }] }) }));
  const one = program((app) => app.source('usage', fedByHand(), { time: () => 0, complete, schema: schemaOf(() => ({ issues })) }));
  expect(given(one, {}).bad()[0]?.message).toBe(`wrong 0; ${Array.from({ length: 9 }, (_, i) => `list.${i + 1}: wrong ${i + 1}`).join('; ')}; and 2 more`);
});

test.each<[string, () => Promise<{ value: { at: number } }>]>([
  ['answers later', () => Promise.resolve({ value: { at: 1 } })],
  ['fails later', () => Promise.reject(new Error('too late'))],
])('a schema that %s stops the program, and says so', async (_, validate) => {
  const one = pipeline('async', (app) => {
    const spec: SourceSpec<{ at: number }> = listed([[{ at: 1 }]]);
    app.source('usage', spec, { time: (e) => e.at, complete, maxAhead: 'any', schema: schemaOf(validate) }).to(app.callback('out', () => {}));
  });
  await expect(one.run()).rejects.toMatchObject({ code: 'SCHEMA_ASYNC', message: "the schema of source 'usage' (own) answers with a promise; expected an answer at once" });
});

test('versions, issues and times are judged the same, whatever the disorder, the batches, the commits and the crashes', () => {
  type Old = { readonly version: number; readonly made: Made };
  const toOld = (made: Made): Old => ({ version: Math.abs(made.n) % 4, made });
  const property = fc.property(scenarios(), (scenario) => {
    const { partitions, boundMs, actions } = scenario;
    const one = pipeline('versions', (app) => {
      const source = app.source('events', fedByHand<Made>(partitions), {
        time: (e) => e.made.time,
        complete: outOfOrder(boundMs),
        version: (e) => Math.abs(e.n) % 4,
        upcast: { 1: toOld, 2: (e: Old): Old & { readonly two: true } => ({ ...e, two: true }) } as never as { 1: (e: Made) => Old; 2: (e: Old) => Old & { readonly two: true } },
        schema: v.object({ version: v.optional(v.number()), made: v.object({ n: v.pipe(v.number(), v.minValue(0)), time: v.number() }) }),
      });
      source.to(app.sink('out', readByHand()));
    });
    inEveryWay(one, scenario, (driver) => {
      const reasons = actions.flatMap((action) => {
        if (action.kind !== 'event') return [];
        const { n, time } = action.value;
        const version = Math.abs(n) % 4;
        if (version === 0) return ['unknown-version'];
        // Version 3 has no `made`, and version 2 is taken for what it is not: only what began as 1 is one.
        if (version !== 1 || n < 0) return ['invalid'];
        return time < 0 ? ['bad-time'] : [];
      });
      const events = record(actions, { name: 'events', partitions, boundMs, time: (e: Made) => (Math.abs(e.n) % 4 === 1 && e.n >= 0 ? e.time : -1) });
      expect(driver.bad().map(({ reason }) => reason)).toEqual(reasons);
      expect(driver.sink('out').rows()).toEqual(valuesOf(events).map(({ n, time }) => ({ version: 1, made: { n, time } })));
    });
  });
  fc.assert(property, { numRuns: RUNS });
});
