import { expect, test } from 'vitest';
import { pipeline } from '../../stream/pipeline.ts';
import type { Stream } from '../../stream/stream.ts';
import { testDriver } from '../../testing/driver.ts';
import { everyCrash } from '../../testing/fixture-crashes.ts';
import { fedByHand, readByHand } from '../../testing/fixture-source.ts';
import { type Marble, marbles } from '../../testing/marbles.ts';
import { sequences } from '../../time/completeness.ts';
import { seconds } from '../../time/duration.ts';
import type { Message } from '../../time/producers/message.ts';
import { tumbling } from '../../time/windowing.ts';

type Line = { readonly line: Stream<Marble> };
const messages = ({ line }: Line) => line.numbered({ name: 'messages', producer: 'p', every: 3 });
const said = (message: Message<Marble>): string =>
  `${message.kind} ${message.sequence}${message.kind === 'event' ? ` ${message.value.letter}` : message.kind === 'heartbeat' ? ` below ${message.promise}` : ''}`;

test('drawn: each fact has the next number, and where the frontier passes a multiple of `every` a promise is made', () => {
  const words = ({ line }: Line) => messages({ line }).map(said);
  expect(marbles(words, { line: 'ab--c--d|' }).rows()).toEqual(['event 0 a', 'event 1 b', 'heartbeat 1 below 3', 'event 2 c', 'heartbeat 2 below 6', 'event 3 d', 'close 3']);
});

test('promises say where they rest on no proof', () => {
  const rows = marbles(messages, { line: 'a--b|' }).rows();
  expect(rows).toEqual([
    { kind: 'event', producer: 'p', epoch: 1, sequence: 0, value: { letter: 'a', time: 0 } },
    { kind: 'heartbeat', producer: 'p', epoch: 1, sequence: 0, promise: 3, doubts: [{ from: 0, to: 3, evidence: ['assumed'] }] },
    { kind: 'event', producer: 'p', epoch: 1, sequence: 1, value: { letter: 'b', time: 3 } },
    { kind: 'close', producer: 'p', epoch: 1, sequence: 1, doubts: [{ from: 0, to: 3, evidence: ['assumed'] }] },
  ]);
});

test('a frontier that goes far at once makes one promise', () => {
  expect(marbles(messages, { line: 'a------------------b|' }).rows().map(said)).toEqual(['event 0 a', 'heartbeat 0 below 18', 'event 1 b', 'close 1']);
});

test('what is older than what was promised is late; what is older than the frontier, and not promised yet, is sent', () => {
  const run = marbles(messages, { line: 'a---b3c1d2|' });
  expect(run.rows().map(said)).toEqual(['event 0 a', 'heartbeat 0 below 3', 'event 1 b', 'close 1']);
  expect(run.late().map(({ letter }) => letter)).toEqual(['c', 'd']);
  expect(run.status().states['messages']).toMatchObject({ late: 2 });
});

test('a crash in any column changes nothing: the numbers go on', () => {
  const line = 'ab--c--d-b4e|';
  const expected = marbles(messages, { line }, { bound: 2 });
  for (const store of everyCrash(line.length)) expect(marbles(messages, { line }, { bound: 2, store }).rows()).toEqual(expected.rows());
});

test('rows of windows are numbered before the promise that covers them', () => {
  const rows = ({ line }: Line) => line.window(tumbling(4)).count({ name: 'counts' }).final().numbered({ producer: 'p', every: 4 });
  const run = marbles(rows, { line: 'ab--c---d|' });
  expect(run.rows().map((message) => [message.kind, message.sequence])).toEqual([['event', 0], ['heartbeat', 0], ['event', 1], ['heartbeat', 1], ['event', 2], ['close', 2]]);
});

test('proof goes through: what a numbered source proves is promised without a doubt, and what was given up with one, which stays said', () => {
  const program = pipeline('first', (app) => {
    const complete = sequences({ roster: ['gateway', 'other'], silentAfter: seconds(30) });
    app.source('in', fedByHand<Message<Marble>>(), { time: (e) => e.time, complete }).numbered({ producer: 'first', every: 10 }).to(app.sink('out', readByHand()));
  });
  const driver = testDriver(program);
  const from = (producer: string) => ({ producer, epoch: 1 });
  driver.source('in').send(
    { kind: 'heartbeat', ...from('gateway'), sequence: -1, promise: 12 },
    { kind: 'heartbeat', ...from('other'), sequence: -1, promise: 10 },
    { kind: 'heartbeat', ...from('gateway'), sequence: -1, promise: 40 },
  );
  driver.decide('in', { kind: 'lost', producer: 'other', until: 20, evidence: 'declared', by: 'Ada', reason: 'it burnt' });
  expect(driver.sink('out').rows()).toEqual([
    { kind: 'heartbeat', ...from('first'), sequence: -1, promise: 10 },
    { kind: 'heartbeat', ...from('first'), sequence: -1, promise: 20, doubts: [{ from: 10, to: 20, evidence: ['declared'] }] },
    { kind: 'heartbeat', ...from('first'), sequence: -1, promise: 40, doubts: [{ from: 10, to: 20, evidence: ['declared'] }] },
  ]);
});

test('it has a name, a positive time between promises, and an epoch', () => {
  const given = (options: object) => () => marbles(({ line }) => line.numbered(options as { producer: string }), { line: 'a' });
  expect(given({ producer: '' })).toThrow('numbered({ producer }): expected a name of 1 to 200 characters');
  expect(given({ producer: 'p', every: 0 })).toThrow('numbered({ every: 0 }): expected at least 1 ms');
  expect(given({ producer: 'p', epoch: -1 })).toThrow('numbered({ epoch: -1 }): expected a whole number from 0 on');
  expect(given({ name: 'p' })).toThrow('numbered({ producer })');
});
