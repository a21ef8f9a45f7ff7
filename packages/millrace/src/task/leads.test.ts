import { expect, test } from 'vitest';
import { log } from '../connector/log.ts';
import { memoryBackend } from '../port/memory-backend.ts';
import { MemoryDisk } from '../port/memory-disk.ts';
import { pipeline } from '../stream/pipeline.ts';
import type { Program } from '../stream/program.ts';
import { HandClock } from '../testing/fixture-clock.ts';
import { probed } from '../testing/fixture-list.ts';
import { SinkProbe } from '../testing/sink-probe.ts';
import { outOfOrder } from '../time/completeness.ts';

/*
 * A source that is read while others have nothing to give gets far in front of them, and what it brings has to be
 * kept for them. With `maxLead` it waits.
 */

const IDLE_MS = 100;
const MAX_LEAD_MS = 50;

async function turns(clock: HandClock): Promise<void> {
  for (let turn = 0; turn < 10; turn += 1) {
    clock.settle();
    await clock.yield();
  }
}

async function appended(program: Program, clock: HandClock, source: string, ...times: readonly number[]): Promise<void> {
  const done = program.append(source, times);
  await turns(clock);
  await done;
}

async function stopped(program: Program, clock: HandClock): Promise<void> {
  const done = program.stop();
  await turns(clock);
  await done;
}

function two(out: SinkProbe, idleAfter?: number): Program {
  return pipeline('two', (app) => {
    const time = (at: number): number => at;
    const fast = app.source('fast', log<number>(), { time, complete: outOfOrder(0), maxLead: MAX_LEAD_MS });
    const slow = app.source('slow', log<number>(), { time, complete: outOfOrder(0, idleAfter === undefined ? {} : { idleAfter }) });
    fast.map((at) => `fast ${at}`).merge(slow.map((at) => `slow ${at}`)).to(app.sink('out', probed(out)));
  });
}

const records = (program: Program, source: string): number => program.status().sources[source]?.[0]?.records as number;

test('it waits before the next batch until the others have come as far, and nothing is lost', async () => {
  const [clock, out] = [new HandClock(1_000), new SinkProbe()];
  const program = two(out);
  const started = program.start({ clock, commit: { everyEvents: 1 } });
  await turns(clock);
  await started;
  // Its first batch is read: nobody knows yet how far it goes.
  await appended(program, clock, 'fast', 100);
  expect([records(program, 'fast'), program.status().sources['fast']?.[0]?.inLead]).toEqual([1, true]);
  await appended(program, clock, 'fast', 110, 120);
  expect(records(program, 'fast')).toBe(1);
  await expect(program.caughtUp('fast')).rejects.toMatchObject({ code: 'IN_LEAD', data: { source: 'fast' } });
  await appended(program, clock, 'slow', 60);
  expect([records(program, 'fast'), records(program, 'slow')]).toEqual([3, 1]);
  expect(program.status().sources['fast']?.[0]?.inLead).toBe(true);
  await appended(program, clock, 'slow', 70);
  expect(program.status().sources['fast']?.[0]).not.toHaveProperty('inLead');
  await stopped(program, clock);
  expect(out.rows()).toEqual(['fast 100', 'slow 60', 'fast 110', 'fast 120', 'slow 70']);
});

test('one that is idle, or has ended, keeps nobody waiting', async () => {
  const [clock, out] = [new HandClock(1_000), new SinkProbe()];
  const program = two(out, IDLE_MS);
  const started = program.start({ clock });
  await turns(clock);
  await started;
  await appended(program, clock, 'fast', 900);
  await appended(program, clock, 'fast', 960);
  expect(records(program, 'fast')).toBe(1);
  // Idle: its frontier follows the clock, at 1,100 − 100.
  clock.move(IDLE_MS);
  await turns(clock);
  expect(records(program, 'fast')).toBe(2);
  await appended(program, clock, 'fast', 1_100);
  await appended(program, clock, 'fast', 1_101);
  expect(records(program, 'fast')).toBe(3);
  const ended = program.end('slow');
  await turns(clock);
  await ended;
  await turns(clock);
  expect(records(program, 'fast')).toBe(4);
  await stopped(program, clock);
});

test('it waits again after a restart, and asks the clock for nothing meanwhile', async () => {
  const [clock, disk] = [new HandClock(1_000), new MemoryDisk()];
  const open = async (): Promise<Program> => {
    const program = two(new SinkProbe());
    const started = program.start({ clock, store: memoryBackend(disk) });
    await turns(clock);
    await started;
    return program;
  };
  const first = await open();
  await appended(first, clock, 'fast', 500);
  await appended(first, clock, 'fast', 510);
  await stopped(first, clock);
  const second = await open();
  await turns(clock);
  expect(records(second, 'fast')).toBe(1);
  await appended(second, clock, 'slow', 480);
  expect(records(second, 'fast')).toBe(2);
  await stopped(second, clock);
});

test('alone it has nobody to wait for; and what is no distance is refused', async () => {
  const out = new SinkProbe();
  const alone = pipeline('alone', (app) => {
    app.source('fast', log<number>(), { time: (at) => at, complete: outOfOrder(0), maxLead: 0 }).to(app.sink('out', probed(out)));
  });
  await alone.start();
  await alone.append('fast', [1, 1_000]);
  await alone.append('fast', [2_000_000]);
  await alone.caughtUp('fast');
  await alone.stop();
  expect(out.rows()).toEqual([1, 1_000, 2_000_000]);
  expect(alone.describe()).toContain('waits when in front by more than 0');
  const wrong = (maxLead: number) => () => pipeline('wrong', (app) => void app.source('fast', log<number>(), { time: (at) => at, complete: outOfOrder(0), maxLead }));
  for (const maxLead of [-1, 0.5, Number.NaN]) expect(wrong(maxLead)).toThrow(`maxLead: ${maxLead}: expected a non-negative whole number of ms`);
});
