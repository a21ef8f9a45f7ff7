import { expect, test } from 'vitest';
import { count } from '../aggregation/count.ts';
import { sum } from '../aggregation/sum.ts';
import { tzdbVersion } from '../port/tzdb.ts';
import { every, halt, reconcile, revise } from '../operator/late-policy.ts';
import { pipeline } from '../stream/pipeline.ts';
import { fedByHand, readByHand } from '../testing/fixture-source.ts';
import { outOfOrder } from '../time/completeness.ts';
import { days, minutes, seconds } from '../time/duration.ts';
import { group } from '../time/group-windowing.ts';
import { countWindow, hopping, session, sliding } from '../time/own-windowing.ts';
import { daily } from '../time/schedule.ts';
import { calendar, global, tumbling } from '../time/windowing.ts';

interface Usage {
  readonly time: number;
  readonly kind: 'chat' | 'image';
  readonly id: string;
  readonly tenant: string;
  readonly tokens: number;
}

/** Every kind of step once. */
const program = pipeline('everything', (app) => {
  const usage = app.source('usage', fedByHand<Usage>(2), { time: (e) => e.time, complete: outOfOrder(seconds(30)) });
  const more = app.source('more', fedByHand<Usage>(), { time: (e) => e.time, complete: outOfOrder(0), maxAhead: 'any' });
  const once = usage.merge(more).dedupe({ name: 'once', id: (e) => e.id, for: days(1) });
  const { chat, rest } = once.split({ chat: (e) => e.kind === 'chat' });
  const minute = chat
    .keyBy({ tenant: (e) => e.tenant })
    .window(tumbling(minutes(1)))
    .aggregate({ n: count(), tokens: sum((e) => e.tokens) }, { name: 'per minute', keep: minutes(5) });
  const month = rest.keyBy((e) => e.tenant).window(calendar.month('Europe/Berlin')).sum((e) => e.tokens, { name: 'per month', keep: 'forever' });
  const total = rest.filter((e) => e.tokens > 0).map((e) => e.tokens).flatMap((n) => [n, n]).keyBy(() => 'all').count({ name: 'total' });
  const ordered = usage.concat(more, { name: 'behind' }).reorder({ name: 'ordered', by: 'time' }).reorder({ name: 'numbered', by: (e) => e.tokens, from: 1 });
  const judged = app.source('judged', fedByHand<Usage | Omit<Usage, 'id'>>(), {
    time: (e) => e.time,
    complete: outOfOrder(0),
    upcast: { 1: (e: Omit<Usage, 'id'>): Usage => ({ ...e, id: '' }) },
    version: (e) => ('id' in e ? 2 : 1),
    schema: { '~standard': { version: 1, vendor: 'own', validate: (value: unknown) => ({ value: value as Usage }) } },
  });
  const compared = ordered.merge(judged).dedupe({ name: 'compared', id: (e) => e.id, for: days(1), conflicts: true });
  compared.keyBy({ tenant: (e) => e.tenant }).process<string, number>({ name: 'own', state: () => 0, on: () => {} }).to(app.sink('own', readByHand()));
  compared.conflicts.to(app.sink('conflicts', readByHand()));
  once.keyBy({ tenant: (e) => e.tenant }).defer({ name: 'next', until: () => true, timeout: minutes(5) }).late.to(app.sink('too late', readByHand()));
  minute.final().to(app.sink('minutes', readByHand()));
  minute.late.to(app.sink('"late"', readByHand()));
  total.to(app.sink('totals', readByHand()));
  usage.bad.to(app.sink('bad', readByHand()));
  return { minute, month };
});

const told = (text: string): string => text.replace(`tzdb ${tzdbVersion}`, 'tzdb of Node');

test('a program as text says every step, its settings, and where its input comes from', () => {
  expect(told(program.describe())).toMatchInlineSnapshot(`
    "pipeline 'everything'
      0  source 'usage' by hand, out of order by 30 s (assumed), ahead by at most 10 min
      1  source 'more' by hand, out of order by 0 ms (assumed)
      2  merge  ← 0, 1
      3  dedupe 'once' for 1 d  ← 2
      4  split chat  ← 3
      5  window 'per minute' tumbling 1 min by tenant: n: count, tokens: sum, late: drop, kept 5 min, asked as 'minute'  ← 4.branch chat
      6  window 'per month' calendar month Europe/Berlin (tzdb of Node): sum, late: drop, kept forever, asked as 'month'  ← 4.rest
      7  filter  ← 4.rest
      8  map  ← 7
      9  flatMap  ← 8
     10  table 'total': count  ← 9
     11  concat 'behind'  ← 0, 1
     12  reorder 'ordered' by time, late: drop  ← 11
     13  reorder 'numbered' by sequence from 1, late: drop  ← 12
     14  source 'judged' by hand, out of order by 0 ms (assumed), ahead by at most 10 min, versions 1 to 2, by a schema of own
     15  merge  ← 13, 14
     16  dedupe 'compared' for 1 d, contents compared  ← 15
     17  process 'own' by tenant  ← 16
     18  sink 'own' by hand  ← 17
     19  sink 'conflicts' by hand  ← 16.conflicts
     20  defer 'next' by tenant for at most 5 min, late: drop  ← 3
     21  sink 'too late' by hand  ← 20.late
     22  final  ← 5
     23  sink 'minutes' by hand  ← 22
     24  sink '"late"' by hand  ← 5.late
     25  changes  ← 10
     26  sink 'totals' by hand  ← 25
     27  sink 'bad' by hand  ← 0.bad"
  `);
});

test('a program as a Mermaid flowchart has the same steps, and quotes that do not end its labels', () => {
  expect(told(program.describe('mermaid'))).toMatchInlineSnapshot(`
    "flowchart TD
      n0[/"source 'usage' by hand, out of order by 30 s (assumed), ahead by at most 10 min"/]
      n1[/"source 'more' by hand, out of order by 0 ms (assumed)"/]
      n2["merge"]
      n3[("dedupe 'once' for 1 d")]
      n4["split chat"]
      n5[("window 'per minute' tumbling 1 min by tenant: n: count, tokens: sum, late: drop, kept 5 min, asked as 'minute'")]
      n6[("window 'per month' calendar month Europe/Berlin (tzdb of Node): sum, late: drop, kept forever, asked as 'month'")]
      n7["filter"]
      n8["map"]
      n9["flatMap"]
      n10[("table 'total': count")]
      n11[("concat 'behind'")]
      n12[("reorder 'ordered' by time, late: drop")]
      n13[("reorder 'numbered' by sequence from 1, late: drop")]
      n14[/"source 'judged' by hand, out of order by 0 ms (assumed), ahead by at most 10 min, versions 1 to 2, by a schema of own"/]
      n15["merge"]
      n16[("dedupe 'compared' for 1 d, contents compared")]
      n17[("process 'own' by tenant")]
      n18[\\"sink 'own' by hand"\\]
      n19[\\"sink 'conflicts' by hand"\\]
      n20[("defer 'next' by tenant for at most 5 min, late: drop")]
      n21[\\"sink 'too late' by hand"\\]
      n22["final"]
      n23[\\"sink 'minutes' by hand"\\]
      n24[\\"sink '#quot;late#quot;' by hand"\\]
      n25["changes"]
      n26[\\"sink 'totals' by hand"\\]
      n27[\\"sink 'bad' by hand"\\]
      n0 --> n2
      n1 --> n2
      n2 --> n3
      n3 --> n4
      n4 -->|branch chat| n5
      n4 -->|rest| n6
      n4 -->|rest| n7
      n7 --> n8
      n8 --> n9
      n9 --> n10
      n0 --> n11
      n1 --> n11
      n11 --> n12
      n12 --> n13
      n13 --> n15
      n14 --> n15
      n15 --> n16
      n16 --> n17
      n17 --> n18
      n16 -->|conflicts| n19
      n3 --> n20
      n20 -->|late| n21
      n5 --> n22
      n22 --> n23
      n5 -->|late| n24
      n10 --> n25
      n25 --> n26
      n0 -->|bad| n27"
  `);
});

test('the picture names every step and every edge once', () => {
  const lines = program.describe('mermaid').split('\n').slice(1);
  const { nodes } = program.plan;
  expect(lines).toHaveLength(nodes.length + nodes.reduce((edges, { inputs }) => edges + inputs.length, 0));
});

test('every kind of window says what it is', () => {
  const texts = pipeline('windows', (app) => {
    const keyed = app.source('usage', fedByHand<Usage>(), { time: (e) => e.time, complete: outOfOrder(0) }).keyBy((e) => e.tenant);
    keyed.window(hopping(minutes(10), minutes(5))).count({ fill: days(1) });
    keyed.window(sliding(minutes(5))).count({ late: revise({ retain: days(1) }) });
    keyed.window(session(minutes(15))).count({ early: every(minutes(1)) });
    keyed.window(countWindow(100)).count();
    keyed.window(countWindow(100, { partial: true })).count();
    keyed.window(group({ open: (e) => e.kind === 'chat', close: (e) => e.kind === 'image', timeout: minutes(30) })).collect();
    keyed.window(global()).count();
  }).describe();
  expect(texts.split('\n').slice(2)).toEqual([
    "  1  window 'window-1' hopping 10 min every 5 min: count, late: drop, filled for 1 d  ← 0",
    "  2  window 'window-2' sliding 5 min: count, late: revise for 1 d  ← 0",
    "  3  window 'window-3' session 15 min: count, late: drop, early: every 1 min  ← 0",
    "  4  window 'window-4' count 100: count, late: drop  ← 0",
    "  5  window 'window-5' count 100, partial at the end: count, late: drop  ← 0",
    "  6  window 'window-6' group, at most 30 min: collect, late: drop  ← 0",
    "  7  window 'window-7' global: count, late: drop  ← 0",
  ]);
});

test('and what it does with what is late', () => {
  const texts = pipeline('policies', (app) => {
    const again = { ...fedByHand<Usage>(), again: () => Promise.reject(new Error('not read here')) };
    const keyed = app.source('usage', again, { time: (e) => e.time, complete: outOfOrder(0) }).keyBy((e) => e.tenant);
    keyed.window(hopping(minutes(10), minutes(5))).count({ late: halt({ scope: 'key', keep: days(1) }) });
    keyed.window(sliding(minutes(5))).count({ late: halt({ scope: 'partition' }) });
    keyed.window(session(minutes(15))).count({ late: halt({ scope: 'key', parkingMax: 50 }) });
    keyed.window(global()).count({ late: reconcile({ at: daily('02:00', 'UTC'), keep: days(1) }) });
  }).describe();
  expect(texts.split('\n').slice(2)).toEqual([
    "  1  window 'window-1' hopping 10 min every 5 min: count, late: halt the key, kept 1 d, at most 10000 parked  ← 0",
    "  2  window 'window-2' sliding 5 min: count, late: halt the partition  ← 0",
    "  3  window 'window-3' session 15 min: count, late: halt the key, at most 50 parked  ← 0",
    "  4  window 'window-4' global: count, late: reconcile daily 02:00 UTC, kept 1 d  ← 0",
  ]);
});
