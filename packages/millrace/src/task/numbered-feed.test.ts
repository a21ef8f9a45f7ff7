import { expect, test } from 'vitest';
import { log } from '../connector/log.ts';
import { memoryBackend } from '../port/memory-backend.ts';
import { MemoryDisk } from '../port/memory-disk.ts';
import { pipeline } from '../stream/pipeline.ts';
import type { Program } from '../stream/program.ts';
import { testDriver } from '../testing/driver.ts';
import { HandClock } from '../testing/fixture-clock.ts';
import { probed } from '../testing/fixture-list.ts';
import { fedByHand, readByHand } from '../testing/fixture-source.ts';
import { SinkProbe } from '../testing/sink-probe.ts';
import { type SequencesOptions, outOfOrder, sequences } from '../time/completeness.ts';
import { seconds } from '../time/duration.ts';
import type { Message } from '../time/producers/message.ts';
import { TIME_MAX } from '../time/time-max.ts';
import { tumbling } from '../time/windowing.ts';
import type { Batch, SourceSpec } from './source.ts';

const SILENT_MS = 30_000;

interface Call {
  readonly at: number;
}

const event = (producer: string, sequence: number, at: number): Message<Call> => ({ kind: 'event', producer, epoch: 1, sequence, value: { at } });
const heartbeat = (producer: string, sequence: number, promise: number): Message<Call> => ({ kind: 'heartbeat', producer, epoch: 1, sequence, promise });

function counting(options: Partial<SequencesOptions> = {}, rows = new SinkProbe(), source: SourceSpec<Message<Call>> = log<Message<Call>>()): Program {
  return pipeline('calls', (app) => {
    const complete = sequences({ silentAfter: SILENT_MS, ...options });
    const counts = app.source('calls', source, { time: ({ at }) => at, complete }).window(tumbling(1000)).count({ name: 'counts' });
    counts.final().map(({ window, value, evidence }) => `${window?.start}: ${value} ${evidence.join()}`).to(app.sink('rows', probed(rows)));
    counts.late.map(({ at }) => `late ${at}`).to(app.sink('late', probed(rows)));
  });
}

async function turns(clock: HandClock): Promise<void> {
  for (let turn = 0; turn < 20; turn += 1) {
    clock.settle();
    await clock.yield();
  }
}

async function done<T>(clock: HandClock, promise: Promise<T>): Promise<T> {
  promise.catch(() => {});
  await turns(clock);
  return promise;
}

const stateOf = (program: Program): string | undefined => program.status().sources['calls']?.[0]?.numbered?.producers[0]?.state;

test('what was decided is durable when it is answered: a producer that was declared lost is so after a restart', async () => {
  const disk = new MemoryDisk();
  const clock = new HandClock();
  const options = { clock, commit: { everyMs: 1e9 } };
  const first = counting();
  await first.start({ ...options, store: memoryBackend(disk) });
  await done(clock, first.append('calls', [event('g', 0, 5000), heartbeat('g', 0, 5500)]));
  await done(clock, first.declareLost({ source: 'calls', producer: 'g', at: 9000, by: 'Ada', reason: 'gone' }));
  // No further commit: whatever is not durable now is lost.
  const again = counting();
  await again.start({ ...options, store: memoryBackend(disk) });
  expect(stateOf(again)).toBe('lost');
  expect([...again.decisions()]).toMatchObject([{ source: 'calls', partition: 0, at: [2], decision: { kind: 'lost', producer: 'g', until: 9000, by: 'Ada', reason: 'gone' } }]);
  await done(clock, again.stop());
  await expect(done(clock, first.stop())).rejects.toMatchObject({ code: 'FENCED' });
});

test('a hold and the message it is about are there after a restart, and can be resolved then', async () => {
  const disk = new MemoryDisk();
  const clock = new HandClock();
  const rows = new SinkProbe();
  const options = { clock, commit: { everyEvents: 1 } };
  const first = counting();
  await first.start({ ...options, store: memoryBackend(disk) });
  await done(clock, first.append('calls', [event('g', 0, 5000), heartbeat('g', 0, 5500), event('g', 1, 5400)]));
  await done(clock, first.stop());
  const again = counting({}, rows);
  await again.start({ ...options, store: memoryBackend(disk) });
  expect(again.status().sources['calls']?.[0]?.numbered?.held).toMatchObject({ id: 1, reason: 'contradiction', producer: 'g', others: 0 });
  await done(clock, again.append('calls', [heartbeat('g', 1, 7000)]));
  expect(again.status().sources['calls']).toMatchObject([{ frontier: 5500 }]);
  await done(clock, again.resolve(1, { choice: 'accept', by: 'Ada', reason: 'slow' }));
  expect(rows.rows()).toEqual(['5000: 2 proved']);
  expect(again.status().sources['calls']).toMatchObject([{ frontier: 7000, evidence: ['proved'], numbered: { held: undefined } }]);
  await done(clock, again.stop());
});

test('a contradicting event is accepted only with a time that an event can have: else it is set aside', async () => {
  const clock = new HandClock();
  const rows = new SinkProbe();
  const program = counting({}, rows);
  await program.start({ clock, commit: { everyEvents: 1 } });
  const ahead = clock.now() + 600_000;
  await done(clock, program.append('calls', [5000, ahead + 1, TIME_MAX + 1, -1, ahead].map((at) => event('g', 0, at))));
  // What counts is when it came, not when somebody decides.
  clock.move(2000);
  for (const hold of [1, 2, 3, 4]) await done(clock, program.resolve(hold, { choice: 'accept', by: 'Ada', reason: 'a bug' }));
  expect(program.bad().map(({ reason }) => reason).reverse()).toEqual(['future-time', 'bad-time', 'bad-time']);
  await done(clock, program.append('calls', [heartbeat('g', 0, ahead + 1000)]));
  expect(rows.rows()).toEqual(['5000: 1 proved', `${ahead}: 1 proved`]);
  expect(program.status().sources['calls']).toMatchObject([{ records: 6, events: 1, bad: 0, numbered: { contradictions: 4, controls: 1 } }]);
  await done(clock, program.stop());
});

test('a program whose source has ended stays until a contradiction is decided on, also over a restart', async () => {
  const disk = new MemoryDisk();
  const clock = new HandClock();
  const rows = new SinkProbe();
  const options = { clock, commit: { everyEvents: 1 } };
  const first = counting({}, rows);
  await first.start({ ...options, store: memoryBackend(disk) });
  await done(clock, first.append('calls', [event('g', 0, 5000), event('g', 0, 5001)]));
  await done(clock, first.end('calls'));
  expect([rows.rows(), first.holds().length]).toEqual([[], 1]);
  await done(clock, first.stop());
  const again = counting({}, rows);
  await again.start({ ...options, store: memoryBackend(disk) });
  await turns(clock);
  expect(rows.rows()).toEqual([]);
  await done(clock, again.resolve(1, { choice: 'accept', by: 'Ada', reason: 'both are right' }));
  await done(clock, again.done);
  expect(rows.rows()).toEqual(['5000: 2 ended']);
});

test('a decision on what is not there is refused, and one of nobody or without a reason', async () => {
  const clock = new HandClock();
  const program = counting();
  await program.start({ clock, commit: { everyEvents: 1 } });
  await done(clock, program.append('calls', [event('g', 0, 5000)]));
  const lost = { source: 'calls', producer: 'x', by: 'Ada', reason: 'gone' };
  await expect(done(clock, program.declareLost(lost))).rejects.toMatchObject({ code: 'UNKNOWN_PRODUCER' });
  await expect(done(clock, program.declareLost({ ...lost, source: 'none' }))).rejects.toMatchObject({ code: 'UNKNOWN_PRODUCER' });
  await expect(done(clock, program.declareLost({ ...lost, by: '' }))).rejects.toThrow('the name of who decides');
  await expect(done(clock, program.declareLost({ ...lost, reason: '' }))).rejects.toThrow('why, in words');
  await expect(done(clock, program.declareLost({ ...lost, at: -1 }))).rejects.toThrow('whole ms');
  await expect(done(clock, program.resolve(9, { choice: 'wait', by: 'Ada', reason: 'x' }))).rejects.toMatchObject({ code: 'UNKNOWN_HOLD' });
  await done(clock, program.stop());
  await expect(async () => program.declareLost(lost)).rejects.toMatchObject({ code: 'NOT_RUNNING' });
});

test('under hold a silent producer is held until it is heard; a choice that makes no sense is refused', async () => {
  const clock = new HandClock();
  const program = counting({ onSilent: 'hold' });
  await program.start({ clock, commit: { everyEvents: 1 } });
  await done(clock, program.append('calls', [event('g', 0, 1000), heartbeat('g', 0, 1000)]));
  clock.move(SILENT_MS);
  await turns(clock);
  const held = () => program.status().sources['calls']?.[0]?.numbered?.held;
  expect(held()).toMatchObject({ reason: 'silent', choices: ['wait', 'declare-lost', 'proceed'] });
  await expect(done(clock, program.resolve(1, { choice: 'accept', by: 'Ada', reason: 'x' }))).rejects.toThrow('expected one of wait, declare-lost, proceed');
  await done(clock, program.append('calls', [heartbeat('g', 0, 2000)]));
  expect([held(), stateOf(program)]).toEqual([undefined, 'live']);
  await done(clock, program.stop());
});

test('after lostAfter a silent producer is given up, assumed; when nobody is left the frontier follows the clock', async () => {
  const clock = new HandClock();
  const program = counting({ lostAfter: 2 * SILENT_MS });
  await program.start({ clock, commit: { everyEvents: 1 } });
  await done(clock, program.append('calls', [event('g', 0, 1000), heartbeat('g', 0, 1000)]));
  clock.move(SILENT_MS);
  await turns(clock);
  expect([stateOf(program), program.status().sources['calls']?.[0]?.frontier]).toEqual(['silent', 1000]);
  clock.move(SILENT_MS);
  await turns(clock);
  expect(stateOf(program)).toBe('lost');
  clock.move(1000);
  await turns(clock);
  expect(program.status().sources['calls']).toMatchObject([{ frontier: clock.now() - SILENT_MS, evidence: ['assumed'] }]);
  expect([...program.decisions()].map(({ decision }) => decision.kind)).toEqual(['silent', 'lost', 'clock']);
  await done(clock, program.stop());
});

test('only time in which the source had nothing to give is silence: not a backlog, and not what a restart took', async () => {
  const clock = new HandClock();
  let next: (() => Message<Call>[] | undefined) | undefined;
  let wake = (): void => {};
  const source: SourceSpec<Message<Call>> = {
    text: 'by hand',
    partitions: 1,
    open: async () => [
      {
        read: (): Batch<Message<Call>> | undefined => {
          const rows = next?.();
          return rows === undefined ? undefined : { rows, arrival: clock.now(), cursor: 0 };
        },
        ready: () => new Promise((resolve) => (wake = resolve)),
        close: async () => wake(),
      },
    ],
  };
  const program = counting({}, new SinkProbe(), source);
  let sequence = 0;
  const busy = (): Message<Call>[] => [event('busy', sequence++, clock.now())];
  next = () => {
    next = undefined;
    return [event('g', 0, 1000), ...busy()];
  };
  await program.start({ clock, commit: { everyEvents: 1 } });
  await turns(clock);
  expect(stateOf(program)).toBe('live');
  // A backlog: each read gives something, and the clock goes on.
  let left = 30;
  next = () => {
    left -= 1;
    clock.move(SILENT_MS / 10);
    return left > 0 ? busy() : undefined;
  };
  wake();
  await turns(clock);
  await turns(clock);
  expect([left <= 0, stateOf(program)]).toEqual([true, 'live']);
  next = undefined;
  clock.move(SILENT_MS);
  await turns(clock);
  expect(stateOf(program)).toBe('silent');
  await done(clock, program.stop());
});

test('what is no message, has no time, or promises too much is set aside; its sequence has come', async () => {
  const clock = new HandClock();
  const program = counting();
  await program.start({ clock, commit: { everyEvents: 1 } });
  const ahead = clock.now() + 600_001;
  const rows = [{ hello: 1 }, event('g', 0, Number.NaN), event('g', 1, ahead), heartbeat('g', 1, ahead), event('g', 2, 1000), { ...event('g', 3, 0), value: null }];
  await done(clock, program.append('calls', rows));
  expect(program.bad().map(({ offset, reason }) => [offset, reason]).reverse()).toEqual([
    [0, 'malformed'],
    [1, 'bad-time'],
    [2, 'future-time'],
    [3, 'future-time'],
    [5, 'threw'],
  ]);
  expect(program.missing()).toEqual([]);
  expect(program.status().sources['calls']).toMatchObject([{ records: 6, events: 1, bad: 5, numbered: { controls: 0 } }]);
  await done(clock, program.stop());
});

test('a hole in the offsets of a gapless log is the broker\'s loss, also over a restart; another log may have holes', () => {
  const program = (gapless: boolean) =>
    pipeline('offsets', (app) => {
      const source: SourceSpec<number> = { ...fedByHand<number>(), gapless };
      app.source('calls', source, { time: (at) => at, complete: outOfOrder(seconds(1)) }).to(app.sink('out', readByHand()));
    });
  const driver = testDriver(program(true), { durable: true });
  driver.source('calls').sendBatch([1, 2, 3], { offsets: [100, 101, 104] });
  driver.commit();
  driver.crash();
  driver.source('calls').sendBatch([4, 5], { offsets: [105, 107] });
  expect(driver.missing()).toEqual([{ what: 'offsets', source: 'calls', partition: 0, ranges: [[102, 103], [106, 106]], count: 3 }]);
  expect(driver.status().sources['calls']).toMatchObject([{ lostByBroker: 3 }]);
  const sparse = testDriver(program(false));
  sparse.source('calls').sendBatch([1, 2], { offsets: [1, 9] });
  expect(sparse.missing()).toEqual([]);
});

test('a message whose predecessor is null is bad input, also where the next in order is expected', () => {
  const driver = testDriver(pipeline('calls', (app) => {
    app.source('calls', fedByHand<Message<Call>>(), { time: ({ at }) => at, complete: sequences({ silentAfter: SILENT_MS }) }).to(app.sink('out', readByHand()));
  }));
  driver.source('calls').send({ kind: 'heartbeat', producer: 'g', epoch: 2, sequence: -1, promise: 5, previous: { epoch: 1, sequence: -1 } });
  driver.source('calls').send({ ...event('g', 0, 7), epoch: 2, previous: null } as unknown as Message<Call>, { ...event('g', 0, 7), epoch: 2 });
  expect(driver.bad()).toMatchObject([{ offset: 1, reason: 'malformed', message: expect.stringContaining('as the one before epoch 2') }]);
  expect(driver.sink('out').rows()).toEqual([{ at: 7 }]);
});
