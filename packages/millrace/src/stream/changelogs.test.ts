import { expect, onTestFinished, test } from 'vitest';
import { log } from '../connector/log.ts';
import type { Change } from '../operator/row.ts';
import { systemClock } from '../port/clock.ts';
import { memoryBackend } from '../port/memory-backend.ts';
import { MemoryDisk } from '../port/memory-disk.ts';
import { READ_MAX, SUBSCRIBERS_MAX, SUBSCRIBER_NAME_MAX } from '../task/changelog.ts';
import { outOfOrder } from '../time/completeness.ts';
import { type Duration, days, milliseconds } from '../time/duration.ts';
import type { ChangelogOptions, Subscription } from './changelogs.ts';
import { pipeline } from './pipeline.ts';
import type { Program } from './program.ts';
import type { RunOptions } from './run-options.ts';

interface Use {
  readonly at: number;
  readonly user: string;
}

/** Counts by user; every event is a change. */
function counting(options: ChangelogOptions = { keep: days(7) }, changelog = true): Program {
  return pipeline('counting', (app) => {
    const counts = app.source('uses', log<Use>(), { time: (use) => use.at, complete: outOfOrder(0), maxAhead: 'any' }).keyBy((use) => use.user).count({ name: 'counts' });
    if (changelog) counts.to(app.changelog('counts-changes', options));
  }) as Program;
}

async function started(program: Program, options: RunOptions): Promise<Program> {
  await program.start(options);
  onTestFinished(() => program.stop().catch(() => {}));
  return program;
}

async function used(program: Program, ...users: readonly string[]): Promise<void> {
  await program.append('uses', users.map((user) => ({ at: 1, user })));
  await program.caughtUp('uses');
}

const subscribing = (program: Program, name = 'crm'): Promise<Subscription<Change<string, number>>> => program.changelog<Change<string, number>>('counts-changes').subscribe(name);

async function said(subscription: Subscription<Change<string, number>>, max = 100): Promise<readonly string[]> {
  return (await subscription.read({ max })).map(({ position, change }) => `${position}: ${change.key} ${change.before ?? '∅'} → ${change.after}`);
}

test.each(['in memory', 'with a store'])('a subscriber reads what it has not acknowledged, in order, and again until it has (%s)', async (kind) => {
  const program = await started(counting(), kind === 'in memory' ? {} : { store: memoryBackend(new MemoryDisk()) });
  await used(program, 'ada', 'bob', 'ada');
  const crm = await subscribing(program);
  expect(await said(crm)).toEqual(['0: ada ∅ → 1', '1: bob ∅ → 1', '2: ada 1 → 2']);
  expect(await said(crm, 2)).toHaveLength(2);
  await crm.acknowledge(1);
  expect(await said(crm)).toEqual(['2: ada 1 → 2']);
  expect(crm.acknowledged).toBe(2);
  await crm.acknowledge(2);
  expect(await said(crm)).toEqual([]);
  await used(program, 'bob');
  expect(await said(crm)).toEqual(['3: bob 1 → 2']);
  expect(program.changelog('counts-changes').subscribers()).toEqual(new Map([['crm', 3]]));
});

test('positions and what was acknowledged go on after a restart', async () => {
  const disk = new MemoryDisk();
  const first = await started(counting(), { store: memoryBackend(disk) });
  await used(first, 'ada', 'bob');
  await (await subscribing(first)).acknowledge(0);
  await first.stop();
  const second = await started(counting(), { store: memoryBackend(disk) });
  await used(second, 'ada');
  expect(await said(await subscribing(second))).toEqual(['1: bob ∅ → 1', '2: ada 1 → 2']);
  expect(await said(await subscribing(second, 'another'))).toEqual(['0: ada ∅ → 1', '1: bob ∅ → 1', '2: ada 1 → 2']);
});

test('two runs of one subscriber share its position, and another has its own', async () => {
  const program = await started(counting(), {});
  await used(program, 'ada', 'bob', 'eve');
  const [one, two, other] = [await subscribing(program), await subscribing(program), await subscribing(program, 'other')];
  await one.acknowledge(1);
  expect(await said(two)).toEqual(['2: eve ∅ → 1']);
  expect(await said(other)).toHaveLength(3);
  const behind = await program.changelog('counts-changes').subscribe('late', { from: 'newest' });
  expect(await behind.read()).toEqual([]);
  await used(program, 'ada');
  expect((await behind.read()).map(({ position }) => position)).toEqual([3]);
});

test('acknowledging backwards or ahead is an error; the same once more is not', async () => {
  const program = await started(counting(), { store: memoryBackend() });
  await used(program, 'ada', 'bob', 'eve');
  const crm = await subscribing(program);
  await crm.acknowledge(1);
  await crm.acknowledge(1);
  await expect(crm.acknowledge(0)).rejects.toMatchObject({ code: 'ACKNOWLEDGED_BACKWARDS', data: { changelog: 'counts-changes', subscriber: 'crm', position: 0, acknowledged: 2 } });
  await expect(crm.acknowledge(3)).rejects.toMatchObject({ code: 'ACKNOWLEDGED_AHEAD', data: { position: 3, end: 3 } });
  await expect(crm.acknowledge(-1)).rejects.toThrow(RangeError);
  // Those of one moment are taken one after the other; one that is wrong refuses no other.
  const outcomes = await Promise.allSettled([crm.acknowledge(2), crm.acknowledge(0), crm.acknowledge(2)]);
  expect(outcomes.map(({ status }) => status)).toEqual(['fulfilled', 'rejected', 'fulfilled']);
  expect(crm.acknowledged).toBe(3);
});

test('who is not known is told so, and what is asked for must be possible', async () => {
  const program = await started(counting(), {});
  expect(() => program.changelog('counts')).toThrow(expect.objectContaining({ code: 'UNKNOWN_CHANGELOG', data: { pipeline: 'counting', changelog: 'counts', known: ['counts-changes'] } }));
  const crm = await subscribing(program);
  await program.changelog('counts-changes').unsubscribe('crm');
  await expect(crm.read()).rejects.toMatchObject({ code: 'UNKNOWN_SUBSCRIBER' });
  await expect(crm.acknowledge(0)).rejects.toMatchObject({ code: 'UNKNOWN_SUBSCRIBER' });
  await expect(program.changelog('counts-changes').unsubscribe('crm')).rejects.toMatchObject({ code: 'UNKNOWN_SUBSCRIBER' });
  for (const name of ['', ' ', 'x'.repeat(SUBSCRIBER_NAME_MAX + 1)]) await expect(subscribing(program, name)).rejects.toThrow(RangeError);
  const longest = await subscribing(program, 'x'.repeat(SUBSCRIBER_NAME_MAX));
  await expect(longest.read({ max: 0 })).rejects.toThrow(RangeError);
  await expect(longest.read({ max: READ_MAX + 1 })).rejects.toThrow(RangeError);
  await expect(longest.read({ max: READ_MAX })).resolves.toEqual([]);
});

test('a changelog has so many subscribers and no more', async () => {
  const program = await started(counting(), {});
  await Promise.all(Array.from({ length: SUBSCRIBERS_MAX }, (_, n) => subscribing(program, `s${n}`)));
  await expect(subscribing(program, 'one more')).rejects.toMatchObject({ code: 'TOO_MANY_SUBSCRIBERS', data: { max: SUBSCRIBERS_MAX } });
  await expect(subscribing(program, 's0')).resolves.toMatchObject({ subscriber: 's0' });
});

test('ready waits for the next change, and no longer than the program runs', async () => {
  const program = await started(counting(), { store: memoryBackend(), commit: { everyMs: 0 } });
  const crm = await subscribing(program);
  const ready = crm.ready();
  await program.append('uses', [{ at: 1, user: 'ada' }]);
  await ready;
  expect(await said(crm)).toEqual(['0: ada ∅ → 1']);
  await crm.ready();
  await crm.acknowledge(0);
  const never = crm.ready();
  await program.stop();
  await expect(never).rejects.toMatchObject({ code: 'NOT_RUNNING' });
  await expect(crm.read()).rejects.toMatchObject({ code: 'NOT_RUNNING' });
});

test('a program that goes back to its last commit, because an event failed, publishes nothing twice', async () => {
  const program = pipeline('failing', (app) => {
    const uses = app.source('uses', log<Use>(), { time: (one) => one.at, complete: outOfOrder(0), maxAhead: 'any' });
    uses.keyBy((one) => one.user).count({ name: 'counts' }).to(app.changelog('counts-changes', { keep: days(7) }));
    // Behind the changelog, which has its row by then.
    uses
      .map((one) => {
        if (one.user === 'eve') throw new TypeError('not eve');
        return one;
      })
      .to(app.callback('out', () => {}));
  }) as Program;
  await started(program, { store: memoryBackend(), commit: { everyMs: 0 } });
  const crm = await subscribing(program);
  const ready = crm.ready();
  await used(program, 'eve', 'ada', 'eve', 'bob', 'ada');
  await ready;
  expect(program.bad()).toHaveLength(2);
  expect(await said(crm)).toEqual(['0: ada ∅ → 1', '1: bob ∅ → 1', '2: ada 1 → 2']);
  await crm.acknowledge(2);
});

test.each(['in memory', 'with a store'])('changes go when they were kept for long enough and all have acknowledged them, or after the longer time (%s)', async (kind) => {
  let now = 0;
  const clock = { ...systemClock, now: () => now };
  const program = await started(counting({ keep: milliseconds(10), keepUnacknowledged: milliseconds(30) }), kind === 'in memory' ? { clock } : { store: memoryBackend(), clock });
  /** One event, one block, at a time; the last block always stays. */
  const useAt = async (at: number, user: string): Promise<void> => {
    now = at;
    await used(program, user);
  };
  const crm = await subscribing(program);
  await useAt(0, 'a');
  await useAt(5, 'b');
  await crm.acknowledge(0);
  await useAt(9, 'c');
  const oldest = async (): Promise<number | undefined> => {
    const fresh = await program.changelog('counts-changes').subscribe('fresh');
    const position = (await fresh.read())[0]?.position;
    await program.changelog('counts-changes').unsubscribe('fresh');
    return position;
  };
  expect(await oldest()).toBe(0);
  await useAt(10, 'd');
  expect(await oldest()).toBe(1);
  await useAt(34, 'e');
  // Position 1 is 29 ms old, and not acknowledged.
  expect((await crm.read())[0]?.position).toBe(1);
  await useAt(39, 'f');
  await expect(crm.read()).rejects.toMatchObject({ code: 'SUBSCRIBER_BEHIND', data: { changelog: 'counts-changes', subscriber: 'crm', acknowledged: 1, first: 3 } });
  await crm.acknowledge(2);
  expect((await crm.read()).map(({ position }) => position)).toEqual([3, 4, 5]);
});

test('a changelog that somebody subscribes to cannot go unnoticed', async () => {
  const disk = new MemoryDisk();
  const first = await started(counting(), { store: memoryBackend(disk) });
  await used(first, 'ada');
  await subscribing(first);
  await first.stop();
  await expect(counting(undefined, false).start({ store: memoryBackend(disk) })).rejects.toMatchObject({
    code: 'PROGRAM_CHANGED',
    data: { differences: ["changelog 'counts-changes' is gone, and crm subscribed to it"] },
  });
  const again = await started(counting(), { store: memoryBackend(disk) });
  await again.changelog('counts-changes').unsubscribe('crm');
  await again.stop();
  await started(counting(undefined, false), { store: memoryBackend(disk) });
});

test('a store from before a program had a changelog has it from then on', async () => {
  const disk = new MemoryDisk();
  const first = await started(counting(undefined, false), { store: memoryBackend(disk) });
  await used(first, 'ada');
  await first.stop();
  const second = await started(counting(), { store: memoryBackend(disk) });
  const crm = await subscribing(second);
  await used(second, 'ada');
  expect(await said(crm)).toEqual(['0: ada 1 → 2']);
});

test('how long it keeps has to make sense, and is shown', () => {
  for (const options of [{ keep: 0 as Duration }, { keep: 1.5 as Duration }, { keep: days(2), keepUnacknowledged: days(1) }]) expect(() => counting(options)).toThrow(RangeError);
  expect(counting({ keep: days(1) }).describe()).toContain("sink 'counts-changes' changelog, kept 1 d, unacknowledged 4 d");
});
