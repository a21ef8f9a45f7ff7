import { describe, expect, test } from 'vitest';
import { pipeline } from '../../stream/pipeline.ts';
import type { KeyedStream } from '../../stream/keyed-stream.ts';
import { testDriver } from '../../testing/driver.ts';
import { fedByHand, readByHand } from '../../testing/fixture-source.ts';
import { type Marble, marbles } from '../../testing/marbles.ts';
import { outOfOrder } from '../../time/completeness.ts';
import { seconds } from '../../time/duration.ts';
import { tumbling } from '../../time/windowing.ts';

const pair = (left: Marble | undefined, right: Marble | undefined): string => `${left?.letter ?? '-'}${right?.letter ?? '-'}`;
/** All letters have one key. */
const one = (e: Marble): number => (e.letter === '' ? 1 : 0);

interface Fact {
  readonly time: number;
  readonly value: string | null;
}

/** The inputs of "Joins of two inputs", in seconds. */
const published: readonly (readonly [t: number, side: 'left' | 'right', value: string | null])[] = [
  [3, 'left', 'A'], [4, 'right', 'a'], [5, 'left', 'B'], [6, 'right', 'b'], [7, 'left', null], [8, 'right', null], [9, 'left', 'C'],
  [10, 'right', 'c'], [11, 'right', null], [12, 'left', null], [14, 'right', 'd'], [15, 'left', 'D'],
];
const inner = [
  [4, 'A,a'], [5, 'B,a'], [6, 'A,b'], [6, 'B,b'], [9, 'C,a'], [9, 'C,b'], [10, 'A,c'], [10, 'B,c'], [10, 'C,c'],
  [14, 'A,d'], [14, 'B,d'], [14, 'C,d'], [15, 'D,a'], [15, 'D,b'], [15, 'D,c'], [15, 'D,d'],
];

/** Runs the published inputs; what came, after which of them, both in the order in which it came. */
function publishedRun(kind: 'join' | 'leftJoin' | 'outerJoin', more: typeof published = []): { after: unknown[]; atEnd: unknown[] } {
  const program = pipeline('published', (app) => {
    const options = { time: (e: Fact) => e.time, complete: outOfOrder(0) };
    const [left, right] = ['left', 'right'].map((name) => app.source(name, fedByHand<Fact>(), options).map((e) => e.value).keyBy(() => 'key'));
    if (left === undefined || right === undefined) return;
    const text = (l: string | null | undefined, r: string | null | undefined): string => `${l ?? 'null'},${r ?? 'null'}`;
    const joined = (left as KeyedStream<string | null, string>)[kind](right, { within: seconds(15) }, text);
    joined.to(app.sink('out', readByHand()));
  });
  const driver = testDriver(program);
  const after: unknown[] = [];
  let seen = 0;
  const newOnes = (): readonly unknown[] => {
    const rows = driver.sink('out').rows().slice(seen);
    seen += rows.length;
    return rows;
  };
  for (const [t, side, value] of [...published, ...more]) {
    driver.source(side).send({ time: seconds(t), value });
    for (const row of newOnes()) after.push([t, row]);
  }
  driver.source('left').end();
  driver.source('right').end();
  return { after, atEnd: [...newOnes()] };
}

describe('the published results of joins of two inputs', () => {
  test('stream–stream, inner', () => {
    expect(publishedRun('join')).toEqual({ after: inner, atEnd: [] });
  });

  test('stream–stream, left and outer: all find a partner, so they are as the inner one', () => {
    expect(publishedRun('leftJoin')).toEqual({ after: inner, atEnd: [] });
    expect(publishedRun('outerJoin')).toEqual({ after: inner, atEnd: [] });
  });

  test('stream–stream, left and outer: what is alone leaves when nothing can come any more, and not before', () => {
    const more = [[40, 'left', 'E'], [60, 'right', 'f'], [60, 'left', null], [80, 'right', null], [80, 'left', null]] as const;
    expect(publishedRun('join', more)).toEqual({ after: inner, atEnd: [] });
    expect(publishedRun('leftJoin', more)).toEqual({ after: [...inner, [60, 'E,null']], atEnd: [] });
    expect(publishedRun('outerJoin', more)).toEqual({ after: [...inner, [60, 'E,null'], [80, 'null,f']], atEnd: [] });
  });
});

describe('within a distance', () => {
  test('both ends of the distance are inside, equal times belong together', () => {
    const run = marbles(({ left, right }) => left.keyBy(one).join(right.keyBy(one), { within: 3 }, pair), { left: 'a----b-------|', right: '---x----y-z--|' });
    expect(run.rows()).toEqual(['ax', 'bx', 'by']);
    const same = marbles(({ left, right }) => left.keyBy(one).join(right.keyBy(one), { within: 0 }, pair), { left: 'a-b|', right: 'xyz|' });
    expect(same.rows()).toEqual(['ax', 'bz']);
  });

  test('before and after are counted from the left event', () => {
    const joined = (before: number, after: number) =>
      marbles(({ left, right }) => left.keyBy(one).join(right.keyBy(one), { within: { before, after } }, pair), { left: '----a----|', right: 'u-v-w-x-y|' }).rows();
    expect(joined(2, 0)).toEqual(['av', 'aw']);
    expect(joined(0, 2)).toEqual(['aw', 'ax']);
    expect(joined(4, 4)).toEqual(['au', 'av', 'aw', 'ax', 'ay']);
  });

  test('a pair is at the time of its later one, also when that came first', () => {
    const run = marbles(({ left, right }) => left.keyBy(one).join(right.keyBy(one), { within: 5 }, pair).window(tumbling(2)).count(), { left: '-----a|', right: '------x3|' }, { bound: 9 });
    expect(run.rows()).toMatchObject([{ window: { start: 4, end: 6 }, value: 1 }]);
  });

  test('keys are kept apart, composite ones by the names of their parts', () => {
    const run = marbles(
      ({ left, right }) =>
        left.keyBy({ letter: (e) => e.letter, odd: (e) => e.time % 2 }).join(right.keyBy({ odd: (e) => e.time % 2, letter: (e) => e.letter }), { within: 9 }, (l, r) => `${l.letter}${l.time}${r.letter}${r.time}`),
      { left: 'aab-|', right: 'ba-a|' },
    );
    expect(run.rows()).toEqual(['a1a1', 'b2b0', 'a1a3']);
  });

  test('a stream is joined with itself: each event is the left one first', () => {
    const run = marbles(({ line }) => line.keyBy(one).join(line.keyBy(one), { within: 1 }, pair), { line: 'ab-c|' });
    expect(run.rows()).toEqual(['aa', 'ba', 'ab', 'bb', 'cc']);
  });

  test('below the frontier is late: it is counted and on .late, and nothing is joined with it', () => {
    const run = marbles(({ left, right }) => left.keyBy(one).join(right.keyBy(one), { name: 'j', within: 5 }, pair), { left: 'a---b---c2|', right: 'x---y---z-|' });
    expect(run.late()).toEqual([{ letter: 'c', time: 2 }]);
    expect(run.status().states).toMatchObject({ j: { late: 1 } });
    expect(run.rows()).toEqual(['ax', 'bx', 'ay', 'by', 'bz']);
  });

  test('the side that lags decides what is late', () => {
    const run = marbles(({ left, right }) => left.keyBy(one).join(right.keyBy(one), { within: 5 }, pair), { left: '-------a-b2-|', right: 'x---y------|' });
    expect(run.late()).toEqual([{ letter: 'b', time: 2 }]);
    const lagging = marbles(({ left, right }) => left.keyBy(one).join(right.keyBy(one), { within: 5 }, pair), { left: '-------a-b2-|', right: 'x-----------|' });
    expect(lagging.late()).toEqual([]);
    expect(lagging.rows()).toEqual(['bx']);
  });

  test('what nothing can match is forgotten', () => {
    const program = pipeline('kept', (app) => {
      const [left, right] = ['left', 'right'].map((name) => app.source(name, fedByHand<Marble>(), { time: (e) => e.time, complete: outOfOrder(0) }));
      if (left === undefined || right === undefined) return;
      left.keyBy((e) => e.letter).join(right.keyBy((e) => e.letter), { name: 'j', within: 1000 }, pair).to(app.sink('out', readByHand()));
    });
    const driver = testDriver(program);
    for (let time = 0; time < 100_000; time += 10) {
      driver.source('left').send({ letter: 'a', time });
      driver.source('right').send({ letter: 'b', time });
    }
    // Two sides, an event each 10 ms, kept for 1 s; generations of 2 s go as a whole.
    expect(driver.status().states['j']?.entries).toBeLessThanOrEqual(2 * 100 * 5);
    driver.source('left').end();
    expect(driver.status().states['j']?.entries).toBeGreaterThan(0);
    driver.source('right').end();
    expect(driver.status().states['j']?.entries).toBe(0);
  });
});

describe('unmatched events', () => {
  test('leave at their own time, when the frontier of both sides has passed it by the distance', () => {
    const run = (left: string, right: string) =>
      marbles((streams) => streams.left.keyBy(one).leftJoin(streams.right.keyBy(one), { within: 3 }, pair), { left, right }).rows();
    expect(run('a---b', '---')).toEqual([]);
    expect(run('a---b', '---x')).toEqual(['ax', 'bx']);
    expect(run('a----b', '----x')).toEqual(['a-', 'bx']);
    expect(run('a-----', '----x')).toEqual([]);
  });

  test('windows behind an outer join wait for them', () => {
    const run = marbles(({ left, right }) => left.keyBy(one).outerJoin(right.keyBy(one), { within: 4 }, pair).window(tumbling(2)).count(), { left: 'a---------b|', right: '-----x----|' });
    expect(run.rows()).toMatchObject([
      { window: { start: 0, end: 2 }, value: 1 },
      { window: { start: 4, end: 6 }, value: 1 },
      { window: { start: 10, end: 12 }, value: 1 },
    ]);
    expect(run.late()).toEqual([]);
  });

  test('of several that close in one step the older one leaves first, of one time the left one', () => {
    const run = marbles(({ left, right }) => left.keyBy((e) => e.letter).outerJoin(right.keyBy((e) => e.letter), { within: 2 }, pair), { left: 'abc--|', right: 'x-y--|' });
    expect(run.rows()).toEqual(['a-', '-x', 'b-', 'c-', '-y']);
  });

  test('after a crash it is still known who had a partner, and who is still waiting for one', () => {
    const run = (store: string) =>
      marbles(({ left, right }) => left.keyBy((e) => e.letter).leftJoin(right.keyBy((e) => e.letter), { name: 'j', within: 3 }, pair), { left: 'ab------b-|', right: '--a------|' }, { store }).rows();
    expect(run('cccccccccc')).toEqual(['aa', 'b-', 'b-']);
    for (const store of ['-cccx', 'c-cx--x', '-c-cx-cx', 'xxxxxxxxx', '--c-----cx']) expect(run(store)).toEqual(['aa', 'b-', 'b-']);
  });

  test('one that makes a function throw is set aside, and the others leave all the same', () => {
    const run = marbles(
      ({ left, right }) =>
        left.keyBy((e) => e.letter).leftJoin(right.keyBy((e) => e.letter), { within: 2 }, (l) => {
          if (l.letter === 'b') throw new Error('no b');
          return l.letter;
        }),
      { left: 'abc|', right: '---|' },
    );
    expect(run.rows()).toEqual(['a', 'c']);
    expect(run.bad()).toMatchObject([{ reason: 'threw', message: 'Error: no b' }]);
  });
});

describe('for ever', () => {
  test('events are joined whenever they happened, nothing is late, and what is alone leaves when all has ended', () => {
    const run = marbles(({ left, right }) => left.keyBy((e) => e.letter).outerJoin(right.keyBy((e) => e.letter), { within: 'forever' }, pair), { left: 'a----------b-c0|', right: '----------a-d---|' });
    expect(run.rows()).toEqual(['aa', 'b-', 'c-', '-d']);
    expect(run.late()).toEqual([]);
  });
});

describe('in the same window', () => {
  test('pairs leave as they come; what is alone when the window closes', () => {
    const joined = (kind: 'join' | 'leftJoin' | 'outerJoin') =>
      marbles(({ left, right }) => left.keyBy(one).window(tumbling(5))[kind](right.keyBy(one), {}, pair), { left: 'a---b--c-----------|', right: '--x---y----z-------|' }).rows();
    expect(joined('join')).toEqual(['ax', 'bx', 'cy']);
    expect(joined('leftJoin')).toEqual(['ax', 'bx', 'cy']);
    expect(joined('outerJoin')).toEqual(['ax', 'bx', 'cy', '-z']);
  });

  test('an event below the frontier counts while its window is open, and windows behind the join count its pairs', () => {
    const run = marbles(({ left, right }) => left.keyBy(one).window(tumbling(5)).join(right.keyBy(one), pair).window(tumbling(1)).count(), { left: 'a---b-----c|', right: '----x-y0-----z1-|' });
    // ax, bx, by and bz at 4, ay at 0, az at 1.
    expect(run.rows()).toMatchObject([{ window: { start: 0 }, value: 1 }, { window: { start: 1 }, value: 1 }, { window: { start: 4 }, value: 4 }]);
  });

  test('one whose window is closed is late', () => {
    const run = marbles(({ left, right }) => left.keyBy(one).window(tumbling(5)).join(right.keyBy(one), pair), { left: 'a-----b--c4|', right: 'x-----y----|' });
    expect(run.late()).toEqual([{ letter: 'c', time: 4 }]);
  });
});

test('an event whose key is no key, or whose pairs cannot be made, is set aside, and nothing of it stays', () => {
  const run = marbles(
    ({ left, right }) =>
      left.keyBy((e) => (e.letter === 'n' ? Number.NaN : 1)).join(right.keyBy((e) => (e.letter === 'n' ? Number.NaN : 1)), { name: 'j', within: 9 }, (l, r) => {
        if (l.letter === 'b' && r.letter === 'y') throw new Error('not these');
        return pair(l, r);
      }),
    { left: 'an-b-|', right: 'xn--y|' },
  );
  expect(run.rows()).toEqual(['ax', 'bx']);
  expect(run.bad()).toMatchObject([{ message: expect.stringContaining('NaN') as string }, { message: expect.stringContaining('NaN') as string }, { message: 'Error: not these' }]);
});

test('two keys that do not fit are refused', () => {
  expect(() =>
    pipeline('keys', (app) => {
      const source = app.source('events', fedByHand<Marble>(), { time: (e) => e.time, complete: outOfOrder(0) });
      const other = source.keyBy({ day: (e) => e.time }) as never;
      source.keyBy({ letter: (e) => e.letter }).join(other, { within: 1 }, pair);
    }),
  ).toThrow('join by { letter } and by { day }: expected the same key on both sides');
});

test('it is described with its distance', () => {
  const program = pipeline('described', (app) => {
    const source = app.source('events', fedByHand<Marble>(), { time: (e) => e.time, complete: outOfOrder(0) });
    const by = source.keyBy({ letter: (e) => e.letter });
    by.join(by, { name: 'a', within: seconds(15) }, pair);
    by.leftJoin(by, { name: 'b', within: { before: 0, after: seconds(1) } }, pair);
    by.window(tumbling(seconds(5))).outerJoin(by, { name: 'c' }, pair);
    by.join(by, { name: 'd', within: 'forever' }, pair);
  });
  const lines = program.describe().split('\n');
  expect(lines.slice(2).map((line) => line.trim())).toEqual([
    "1  join 'a' within 15 s by letter, late: drop  ← 0, 0",
    "2  left join 'b' from 0 ms before to 1 s after by letter, late: drop  ← 0, 0",
    "3  outer join 'c' in tumbling 5 s by letter, late: drop  ← 0, 0",
    "4  join 'd' forever by letter  ← 0, 0",
  ]);
});
