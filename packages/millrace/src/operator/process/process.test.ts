import { expect, test } from 'vitest';
import { pipeline } from '../../stream/pipeline.ts';
import type { Stream } from '../../stream/stream.ts';
import { everyCrash } from '../../testing/fixture-crashes.ts';
import { testDriver } from '../../testing/driver.ts';
import { fedByHand, readByHand } from '../../testing/fixture-source.ts';
import { type Marble, marbles } from '../../testing/marbles.ts';
import { outOfOrder } from '../../time/completeness.ts';
import { tumbling } from '../../time/windowing.ts';
import type { ProcessContext, ProcessSteps } from './context.ts';
import { TIMERS_MAX } from './process.ts';

type Line = { readonly line: Stream<Marble> };
type Context<S> = ProcessContext<string, S, string>;

const own = <S>(steps: ProcessSteps<Marble, string, S, string>) => ({ line }: Line): Stream<string> =>
  line.keyBy((e) => e.letter).process<string, S>({ name: 'own', ...steps });

/** Says once that a key has been silent for 5. */
const silence = own<number>({
  state: () => 0,
  on(event, { state, setTimer, deleteTimer }) {
    deleteTimer(state.get());
    state.set(event.time + 5);
    setTimer(event.time + 5);
  },
  timer(time, { key, time: at, emit, clear }) {
    emit(`${key} silent at ${time}, told at ${at}`);
    clear();
  },
});

test('each key has a state of its own', () => {
  const count = own<number>({
    state: () => 0,
    on(_, { key, state, emit }) {
      state.set(state.get() + 1);
      emit(`${key}${state.get()}`);
    },
  });
  expect(marbles(count, { line: 'ab-aab' }).rows()).toEqual(['a1', 'b1', 'a2', 'a3', 'b2']);
});

test('state may be changed in place', () => {
  const collect = own<{ times: number[] }>({
    state: () => ({ times: [] }),
    on(event, { state, emit }) {
      state.get().times.push(event.time);
      emit(state.get().times.join(' '));
    },
  });
  expect(marbles(collect, { line: 'a-a-a' }, { store: '-ccx' }).rows()).toEqual(['0', '0 2', '0 2 4']);
});

test('a timer fires when the frontier reaches its time, once, and not if it was deleted', () => {
  expect(marbles(silence, { line: 'a---a----' }).rows()).toEqual([]);
  expect(marbles(silence, { line: 'a---a---b' }).rows()).toEqual([]);
  expect(marbles(silence, { line: 'a---a----b' }).rows()).toEqual(['a silent at 9, told at 9']);
  expect(marbles(silence, { line: 'a---a----b|' }).rows()).toEqual(['a silent at 9, told at 9', 'b silent at 14, told at 14']);
});

test('timers that are called off again and again, for many keys, leave those that are not', () => {
  const program = pipeline('silences', (app) => {
    const steps: ProcessSteps<Marble, string, number, string> = {
      state: () => 0,
      on(event, { state, setTimer, deleteTimer, clear }) {
        deleteTimer(state.get());
        state.set(event.time + 2000);
        setTimer(event.time + 2000);
        if (event.time % 10 === 0) clear();
      },
      timer: (time, { key, emit }) => emit(`${key} ${time}`),
    };
    const events = app.source('events', fedByHand<Marble>(), { time: (e) => e.time, complete: outOfOrder(0) });
    events.keyBy((e) => e.letter).process<string, number>({ name: 'own', ...steps }).to(app.sink('out', readByHand()));
  });
  const driver = testDriver(program);
  const busy = Array.from({ length: 6000 }, (_, time) => ({ letter: `k${time % 7}`, time }));
  driver.source('events').sendBatch([...busy.slice(0, 2), { letter: 'once', time: 1 }, ...busy.slice(2)]);
  expect(driver.sink('out').rows()).toEqual(['once 2001']);
  driver.source('events').end();
  expect(driver.sink('out').rows().slice(1)).toEqual([5993, 5994, 5995, 5996, 5997, 5998, 5999].map((time) => `k${time % 7} ${time + 2000}`));
});

test('timers fire in the order of their times, of equal times in the order in which their keys first came', () => {
  const write = own<number>({
    state: () => 0,
    on: (event, { setTimer }) => setTimer(event.letter === 'a' ? 20 : event.letter === 'b' ? 10 : 20),
    timer: (time, { key, emit }) => emit(`${key}${time}`),
  });
  expect(marbles(write, { line: 'cba|' }).rows()).toEqual(['b10', 'c20', 'a20']);
});

test('each timer is a step of its own: what counts behind it says so for each, also where they fire at one time', () => {
  const together = own<null>({ state: () => null, on: (_, { setTimer }) => setTimer(10), timer: (_, { key, emit }) => emit(key) });
  const counted = (lines: Line) => together(lines).keyBy(() => 'all').count({ name: 'n' });
  expect(marbles(counted, { line: 'abc|' }).changes().map(({ before, after }) => [before, after])).toEqual([[undefined, 1], [1, 2], [2, 3]]);
});

test('what a timer emits is at its time: in the window that holds it, and late for none', () => {
  const counts = marbles((lines) => silence(lines).window(tumbling(5)).count({ name: 'counts' }), { line: 'a--------------b----c' });
  expect(counts.rows()).toMatchObject([{ window: { start: 5, end: 10 }, value: 1 }]);
  expect(counts.late()).toEqual([]);
});

test('a timer for a time that is over fires at once, and what it emits is not older than the event', () => {
  const write = own<number>({
    state: () => 0,
    on(event, { emit, setTimer }) {
      setTimer(event.time - 3);
      setTimer(event.time - 2);
      emit(`${event.letter}${event.time}`);
    },
    timer: (time, { time: at, frontier, emit }) => emit(`timer ${time} at ${at}, frontier ${frontier}`),
  });
  expect(marbles(write, { line: 'a9' }, { bound: 0 }).rows()).toEqual(['a9', 'timer 6 at 9, frontier 9', 'timer 7 at 9, frontier 9']);
  expect(marbles(write, { line: 'a9' }, { bound: 6 }).rows()).toEqual(['a9']);
  expect(marbles(write, { line: 'a9b12' }, { bound: 6 }).rows()).toEqual(['a9', 'timer 6 at 6, frontier 5', 'b12']);
});

test('behind an operator that emits while the frontier moves, a timer for a time that has been passed fires at once too', () => {
  // At 20 the reorder lets a9 go while the frontier still stands at 0: windows up to 9 have closed by then.
  const write = ({ line }: Line) =>
    line
      .reorder({ name: 'order', by: 'time' })
      .keyBy((e) => e.letter)
      .process<string, number>({
        name: 'own',
        state: () => 0,
        on: (_, { setTimer }) => setTimer(4),
        timer: (time, { time: at, emit }) => emit(`timer ${time} at ${at}`),
      });
  const line = 'z-a9z30';
  expect(marbles(write, { line }, { bound: 10 }).rows()).toEqual(['timer 4 at 4', 'timer 4 at 9']);
  const windows = marbles((lines) => write(lines).window(tumbling(5)).count({ name: 'counts' }), { line }, { bound: 10 });
  expect(windows.rows()).toMatchObject([{ window: { start: 0 }, value: 1 }, { window: { start: 5 }, value: 1 }]);
  expect(windows.late()).toEqual([]);
});

test('a key that is cleared begins anew: its timers are gone too', () => {
  const write = own<number>({
    state: () => 100,
    on(event, { key, state, emit, setTimer, clear }) {
      emit(`${key}${state.get()}`);
      state.set(state.get() + 1);
      setTimer(event.time + 9);
      if (event.time === 2) clear();
    },
    timer: (time, { key, emit }) => emit(`${key} at ${time}`),
  });
  const run = marbles(write, { line: 'aaaa|' });
  expect(run.rows()).toEqual(['a100', 'a101', 'a102', 'a100', 'a at 12']);
  expect(run.status().states).toMatchObject({ own: { entries: 1 } });
});

test.each<[string, (context: Context<number>) => void, string]>([
  ['a fraction', ({ setTimer }) => setTimer(0.5), "a timer of 'own' was set for 0.5; expected whole ms since 1970"],
  ['NaN', ({ setTimer }) => setTimer(Number.NaN), "a timer of 'own' was set for NaN; expected whole ms since 1970"],
  ['a time before 1970', ({ setTimer }) => setTimer(-1), "a timer of 'own' was set for -1; expected whole ms since 1970"],
  ['a time that no event can have', ({ setTimer }) => setTimer(Number.MAX_SAFE_INTEGER), "a timer of 'own' was set for 9007199254740991; expected whole ms since 1970, at most 8639977795199999"],
])('%s is no time for a timer: the event is set aside', (_, wrong, message) => {
  const write = own<number>({ state: () => 0, on: (event, context) => (event.letter === 'x' ? wrong(context) : context.emit(event.letter)) });
  const run = marbles(write, { line: 'axb' });
  expect(run.rows()).toEqual(['a', 'b']);
  expect(run.bad()).toMatchObject([{ offset: 1, reason: 'threw', message: `MillraceError: ${message}` }]);
});

test('a timer that fires may only ask for a later one', () => {
  const write = own<number>({ state: () => 0, on: (event, { setTimer }) => setTimer(event.time + 1), timer: (time, { setTimer }) => setTimer(time) });
  expect(marbles(write, { line: 'a--b' }).bad()).toMatchObject([
    { message: "MillraceError: a timer of 'own' was set for 1; expected whole ms later than 1, the time of the timer that fires", raw: '{"key":"a","timer":1}' },
  ]);
});

test('a key takes as many timers as it may have, and not one more', () => {
  const write = (timers: number) =>
    own<number>({
      state: () => 0,
      on(_, { setTimer }) {
        for (let i = 0; i < timers; i += 1) setTimer(1000 + i);
      },
      timer: (time, { emit }) => emit(`${time}`),
    });
  expect(marbles(write(TIMERS_MAX), { line: 'a|' }).rows()).toHaveLength(TIMERS_MAX);
  expect(() => marbles(write(TIMERS_MAX + 1), { line: 'a|' })).toThrow(`the key ["a"] of 'own' has ${TIMERS_MAX} timers, which is the most`);
});

test('a context that is used later is refused', () => {
  let kept: Context<number> | undefined;
  const write = own<number>({
    state: () => 0,
    on(_, context) {
      kept = context;
    },
  });
  marbles(write, { line: 'a' });
  for (const use of [() => kept?.emit('late'), () => kept?.state.get(), () => kept?.state.set(1), () => kept?.setTimer(5), () => kept?.deleteTimer(5), () => kept?.clear()]) {
    expect(use).toThrow("the context of 'own' was used after its function had returned");
  }
});

test('a timer that fails is set aside, and the others fire all the same', () => {
  const write = own<number>({
    state: () => 0,
    on: (event, { setTimer }) => setTimer(event.time + 5),
    timer(time, { key, emit }) {
      if (key === 'b') throw new Error('not b');
      emit(`${key}${time}`);
    },
  });
  const run = marbles(write, { line: 'abc|' });
  expect(run.rows()).toEqual(['a5', 'c7']);
  expect(run.bad()).toMatchObject([{ reason: 'threw', message: 'Error: not b', raw: '{"key":"b","timer":6}' }]);
});

test('a change behind it is caused by the event, or by the frontier that a timer waited for', () => {
  const run = ({ line }: Line) => line.keyBy((e) => e.letter).process<string, number>({
    name: 'one',
    state: () => 0,
    on(event, { emit, setTimer }) {
      emit(event.letter);
      setTimer(event.time + 3);
    },
    timer: (time, { emit }) => emit(`${time}`),
  }).keyBy((e) => e).count({ name: 'total' });
  expect(marbles(run, { line: '-a----b' }).changes()).toMatchObject([
    { key: 'a', time: 1, cause: { kind: 'event', offset: 0 } },
    { key: '4', time: 4, cause: { kind: 'frontier', time: 4 } },
    { key: 'b', time: 6, cause: { kind: 'event', offset: 1 } },
  ]);
});

test('a crash in any column changes nothing', () => {
  const line = 'ab-a--c-b4-a----c9---b-|';
  const expected = marbles(silence, { line }, { bound: 2 });
  expect(expected.rows()).not.toEqual([]);
  for (const store of everyCrash(line.length)) expect(marbles(silence, { line }, { bound: 2, store }).rows()).toEqual(expected.rows());
});
