import { expect, test } from 'vitest';
import type { KeyedStream } from '../../stream/keyed-stream.ts';
import { pipeline } from '../../stream/pipeline.ts';
import type { Stream } from '../../stream/stream.ts';
import { testDriver } from '../../testing/driver.ts';
import { fedByHand, readByHand } from '../../testing/fixture-source.ts';
import { sequences } from '../../time/completeness.ts';
import { group } from '../../time/group-windowing.ts';
import { session, sliding } from '../../time/own-windowing.ts';
import type { Message } from '../../time/producers/message.ts';
import { type PlainWindowing, type Windowing, tumbling } from '../../time/windowing.ts';

/*
 * A result rests on the times in which an event would change it, which may lie outside its own interval.
 */

const stepOf = (producer: string, sequence: number, promise: number): Message<number> => ({ kind: 'heartbeat', producer, epoch: 1, sequence, promise });

/** Each time is a key of its own. Of two producers one was given up between 10 and 20; the rows, by their starts, with what they rest on. */
function restingOn(windowing: Windowing, times: readonly number[]): readonly unknown[] {
  const driver = testDriver(
    pipeline('stretches', (app) => {
      const source = app.source('times', fedByHand<Message<number>>(), { time: (time) => time, complete: sequences({ roster: ['a', 'b'], silentAfter: 1000 }) });
      const rows = source.keyBy((time) => time).window(windowing as PlainWindowing).count();
      rows.final().map(({ key, evidence }) => [key, evidence.join()]).to(app.sink('rows', readByHand()));
    }),
  );
  driver.source('times').send(stepOf('a', -1, 10), stepOf('b', -1, 10));
  driver.decide('times', { kind: 'lost', producer: 'b', until: 20, evidence: 'declared', by: 'Ada', reason: 'it burned' });
  driver.source('times').send(...times.map((value, sequence): Message<number> => ({ kind: 'event', producer: 'a', epoch: 1, sequence, value })));
  driver.source('times').send(stepOf('a', times.length - 1, 1000));
  return driver.sink('rows').rows();
}

test('an aligned window rests on its own interval', () => {
  expect(restingOn(tumbling(10), [19, 20])).toEqual([[19, 'declared'], [20, 'proved']]);
});

test('a session rests on the gap before its beginning too: an event there would be a part of it', () => {
  expect(restingOn(session(10), [28, 29])).toEqual([[28, 'declared'], [29, 'proved']]);
});

test('a sliding row rests on what it sees', () => {
  expect(restingOn(sliding(10), [28, 29])).toEqual([[28, 'declared'], [29, 'proved']]);
});

test('a group rests on the time-out before its beginning too: what begins there would be open when it begins', () => {
  const groups = group<number>({ open: (time) => time > 0, close: (time) => time < 0, timeout: 5 });
  expect(restingOn(groups, [14, 24, 25, 200])).toEqual([[14, 'declared'], [24, 'declared'], [25, 'proved'], [200, 'proved']]);
});

test('a group of what is made of earlier facts rests on all that came before: what is missing may have been in those', () => {
  const groups = group<number>({ open: () => true, close: () => false, timeout: 5 });
  const behind = (rows: (times: KeyedStream<number, number>) => Stream<number>): unknown => {
    const driver = testDriver(
      pipeline('behind', (app) => {
        const source = app.source('times', fedByHand<Message<number>>(), { time: (time) => time, complete: sequences({ roster: ['a', 'b'], silentAfter: 1000 }) });
        rows(source.keyBy((time) => time)).window(groups).count().final().map(({ evidence }) => evidence.join()).to(app.sink('rows', readByHand()));
      }),
    );
    driver.source('times').send(stepOf('a', -1, 10), stepOf('b', -1, 10));
    driver.decide('times', { kind: 'lost', producer: 'b', until: 20, evidence: 'declared', by: 'Ada', reason: 'it burned' });
    driver.source('times').send({ kind: 'event', producer: 'a', epoch: 1, sequence: 0, value: 50 }, stepOf('a', 0, 1000));
    return driver.sink('rows').rows();
  };
  expect(behind((times) => times.window(tumbling(100)).count().final().map(({ time }) => time))).toEqual(['declared']);
  expect(behind((times) => times.process<number, number>({ state: () => 0, on: (time, { emit }) => emit(time) }))).toEqual(['declared']);
});
