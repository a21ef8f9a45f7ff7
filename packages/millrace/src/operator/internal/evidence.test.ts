import { expect, test } from 'vitest';
import { log } from '../../connector/log.ts';
import { pipeline } from '../../stream/pipeline.ts';
import { testDriver } from '../../testing/driver.ts';
import { readByHand } from '../../testing/fixture-source.ts';
import { sequences } from '../../time/completeness.ts';
import { group } from '../../time/group-windowing.ts';
import { hopping, session, sliding } from '../../time/own-windowing.ts';
import type { Message } from '../../time/producers/message.ts';
import { type PlainWindowing, type Windowing, tumbling } from '../../time/windowing.ts';
import { type LatePolicy, drop, revise } from '../late-policy.ts';

interface Call {
  readonly at: number;
}

/** The last one is a promise that nothing before `promise` comes any more. */
function messages(producer: string, times: readonly number[], promise: number): readonly Message<Call>[] {
  const events = times.map((at, sequence) => ({ kind: 'event', producer, epoch: 1, sequence, value: { at } }) as const);
  return [...events, { kind: 'heartbeat', producer, epoch: 1, sequence: times.length - 1, promise }];
}

/** Of two producers one is given up from 5500 to 9000. */
function evidence(windowing: Windowing, late: LatePolicy): readonly unknown[] {
  const program = pipeline('calls', (app) => {
    const calls = app.source('calls', log<Message<Call>>(), { time: ({ at }) => at, complete: sequences({ roster: ['g', 'h'], silentAfter: 30_000 }) });
    const counts = calls.window(windowing as PlainWindowing).count({ name: 'counts', late });
    counts.final().map(({ window, evidence: names }) => `${window?.start}-${window?.end} ${names.join()}`).to(app.sink('rows', readByHand()));
  });
  const driver = testDriver(program);
  driver.source('calls').send(...messages('h', [1000, 9200, 9900], 30_000), ...messages('g', [5000], 5500));
  driver.decide('calls', { kind: 'lost', producer: 'g', until: 9000, evidence: 'declared', by: 'Ada', reason: 'gone' });
  return driver.sink('rows').rows();
}

const opens = { open: () => true, close: () => true, timeout: 100 };

test.each<readonly [Windowing, readonly string[]]>([
  [tumbling(1000), ['1000-2000 proved', '5000-6000 declared', '9000-10000 proved']],
  [hopping(1000, 500), ['500-1500 proved', '1000-2000 proved', '4500-5500 proved', '5000-6000 declared', '8500-9500 declared', '9000-10000 proved', '9500-10500 proved']],
  // An event up to a gap before its beginning would be in a session.
  [session(600), ['1000-1600 proved', '5000-5600 declared', '9200-9800 declared', '9900-10500 proved']],
  // As much as the window has, and no more.
  [sliding(500), ['501-1001 proved', '4501-5001 proved', '8701-9201 declared', '9401-9901 proved']],
  // An event up to a time-out before its beginning would be open when a group begins.
  [group({ ...opens, timeout: 200 }), ['1000-1201 proved', '5000-5201 proved', '9200-9401 proved', '9900-10101 proved']],
  [group({ ...opens, timeout: 201 }), ['1000-1202 proved', '5000-5202 proved', '9200-9402 declared', '9900-10102 proved']],
  // One that changes the group before may change the group behind it too.
  [group({ ...opens, timeout: 500 }), ['1000-1501 proved', '5000-5501 declared', '9200-9701 declared', '9900-10401 declared']],
])('what $text rests on is what the times rest on in which events would change it', (windowing, rows) => {
  expect(evidence(windowing, drop())).toEqual(rows);
});

test('what is proved is final when it closes, and what was declared stays open to revisions', () => {
  const proved = ['1000-1600 proved', '9900-10500 proved', '5000-5600 declared', '9200-9800 declared'];
  expect(evidence(session(600), revise({ retain: 5000 }))).toEqual(proved);
});
