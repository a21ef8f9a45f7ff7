import { expect, test } from 'vitest';
import { reconcile, revise } from '../operator/late-policy.ts';
import { pipeline } from '../stream/pipeline.ts';
import type { Program } from '../stream/program.ts';
import { type TestDriver, testDriver } from '../testing/driver.ts';
import { fedByHand, readByHand } from '../testing/fixture-source.ts';
import { type SequencesOptions, sequences } from '../time/completeness.ts';
import { seconds } from '../time/duration.ts';
import type { Message, Previous } from '../time/producers/message.ts';
import { daily } from '../time/schedule.ts';
import { tumbling } from '../time/windowing.ts';

interface Call {
  readonly at: number;
}

const event = (producer: string, sequence: number, at: number): Message<Call> => ({ kind: 'event', producer, epoch: 1, sequence, value: { at } });
const heartbeat = (producer: string, sequence: number, promise: number): Message<Call> => ({ kind: 'heartbeat', producer, epoch: 1, sequence, promise });

function counting(options: Partial<SequencesOptions> = {}): Program {
  return pipeline('calls', (app) => {
    const complete = sequences({ silentAfter: seconds(30), ...options });
    const counts = app.source('calls', fedByHand<Message<Call>>(), { time: ({ at }) => at, complete }).window(tumbling(1000)).count({ name: 'counts' });
    counts.final().map(({ window, value, evidence }) => `${window?.start}: ${value} ${evidence.join()}`).to(app.sink('rows', readByHand()));
  });
}

function ended(messages: readonly Message<Call>[], options?: Partial<SequencesOptions>): readonly unknown[] {
  const driver: TestDriver<{}> = testDriver(counting(options));
  driver.source('calls').sendBatch(messages);
  driver.source('calls').end();
  return driver.sink('rows').rows();
}

test('an input that ends while a sequence is missing rests on no proof from the promise before the gap on', () => {
  const messages = [event('g', 0, 500), heartbeat('g', 0, 1500), event('g', 1, 1700), event('g', 3, 2500), event('g', 4, 4500)];
  expect(ended(messages)).toEqual(['0: 1 proved', '1000: 1 ended,assumed', '2000: 1 ended,assumed', '4000: 1 ended,assumed']);
  // What fills the gap is the whole difference.
  expect(ended([...messages, event('g', 2, 2600)])).toEqual(['0: 1 proved', '1000: 1 ended', '2000: 2 ended', '4000: 1 ended']);
});

test('what nobody has said the end of is a gap too; what was claimed, and is not there, at the end of all as well', () => {
  const again = (previous?: Previous): Message<Call> => ({ ...event('g', 0, 2500), epoch: 2, ...(previous !== undefined && { previous }) });
  expect(ended([event('g', 0, 500), heartbeat('g', 0, 1000), again()])).toEqual(['0: 1 proved', '2000: 1 ended,assumed']);
  expect(ended([event('g', 0, 500), heartbeat('g', 0, 1000), again({ epoch: 1, sequence: 0 })])).toEqual(['0: 1 proved', '2000: 1 ended']);
  expect(ended([event('g', 0, 500), heartbeat('g', 0, 1000), heartbeat('g', 1, 9000)])).toEqual(['0: 1 proved']);
  expect(ended([event('g', 0, 500), heartbeat('g', 1, 9000)])).toEqual(['0: 1 ended,assumed']);
});

test('who holds the frontier back and misses nothing, or was never heard, leaves what is before the gap as it is', () => {
  const messages = [event('g', 0, 500), heartbeat('g', 0, 2000), event('g', 2, 2500), event('h', 0, 1500)];
  expect(ended(messages, { roster: ['never'] })).toEqual(['0: 1 ended', '1000: 1 ended', '2000: 1 ended,assumed']);
});

test('who was given up is no gap any more; what it misses since it is back is', () => {
  const driver = testDriver(counting());
  const source = driver.source('calls');
  source.send(event('g', 0, 500), heartbeat('g', 0, 1000), event('g', 2, 1500), event('h', 0, 5500));
  driver.decide('calls', { kind: 'lost', producer: 'g', until: 2000, evidence: 'declared', by: 'Ada', reason: 'gone' });
  source.end();
  expect(driver.sink('rows').rows()).toEqual(['0: 1 proved', '1000: 1 ended,declared', '5000: 1 ended']);

  const back = testDriver(counting());
  back.source('calls').send(event('g', 0, 500), heartbeat('g', 0, 1000), event('g', 2, 1500));
  back.decide('calls', { kind: 'lost', producer: 'g', until: 2000, evidence: 'declared', by: 'Ada', reason: 'gone' });
  back.source('calls').send(event('g', 3, 5500));
  back.source('calls').end();
  expect(back.sink('rows').rows()).toEqual(['0: 1 proved', '1000: 1 ended,assumed,declared', '5000: 1 ended,assumed']);
});

test('a producer that is silent, and passed over, is gapped all the same', () => {
  const driver = testDriver(counting({ onSilent: 'assume' }));
  driver.source('calls').send(event('g', 0, 500), heartbeat('g', 0, 1000), event('g', 2, 1500));
  driver.decide('calls', { kind: 'silent', producer: 'g' });
  driver.source('calls').end();
  expect(driver.sink('rows').rows()).toEqual(['0: 1 proved', '1000: 1 ended,assumed']);
});

test('what ended is final as any assumption is: under revise after its retention, and it says so after a restart too', () => {
  const program = pipeline('calls', (app) => {
    const calls = app.source('calls', fedByHand<Message<Call>>(), { time: ({ at }) => at, complete: sequences({ silentAfter: seconds(30) }) });
    const counts = calls.window(tumbling(1000)).count({ name: 'counts', late: revise({ retain: 500 }) });
    counts.changes().map(({ window, after, finality, evidence }) => `${window?.start}: ${after} ${finality} ${evidence.join()}`).to(app.sink('rows', readByHand()));
    return { counts };
  });
  const driver = testDriver(program, { durable: true });
  driver.source('calls').send(event('g', 0, 500), heartbeat('g', 0, 1000), event('g', 2, 1500));
  driver.source('calls').end();
  driver.commit();
  driver.crash();
  expect(driver.sink('rows').rows()).toEqual(['0: 1 final proved', '1000: 1 provisional ', '1000: 1 final ended,assumed']);
  expect(driver.status().sources['calls']).toMatchObject([{ ended: true, evidence: ['ended', 'assumed'] }]);
});

test.each(['one source', 'two'])('the promise before the gap makes nothing older at the end: the last recount compares what any last recount does, of %s', (how) => {
  const program = pipeline('calls', (app) => {
    const again = { ...fedByHand<Message<Call>>(), again: () => Promise.reject(new Error('the test driver reads again by itself')) };
    const complete = sequences({ silentAfter: seconds(30) });
    const calls = app.source('calls', again, { time: ({ at }) => at, complete });
    const more = app.source('more', again, { time: ({ at }) => at, complete });
    const counts = (how === 'two' ? calls.merge(more) : calls).window(tumbling(1000)).count({ name: 'counts', late: reconcile({ at: daily('02:00', 'UTC'), keep: 1000 }) });
    counts.adjustments.map(({ adjusts, before, after }) => [adjusts.window.start, before, after]).to(app.sink('adjusted', readByHand()));
  });
  const driver = testDriver(program);
  driver.source('more').send(event('x', 0, 700), heartbeat('x', 0, 1300));
  driver.source('calls').send(event('g', 0, 500), event('h', 0, 600), heartbeat('g', 0, 5000), heartbeat('h', 0, 1200), event('g', 2, 6000), event('j', 0, 900));
  driver.source('more').end();
  driver.source('calls').end();
  driver.reconcile();
  expect(driver.sink('adjusted').rows()).toEqual([[0, how === 'two' ? 3 : 2, how === 'two' ? 4 : 3]]);
});
