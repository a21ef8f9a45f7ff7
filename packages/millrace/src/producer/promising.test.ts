import { expect, test } from 'vitest';
import { MemoryDisk } from '../port/memory-disk.ts';
import { HandClock } from '../testing/fixture-clock.ts';
import { arrive, at, opened, turn } from '../testing/fixture-producer.ts';

const shared = { producer: 'gateway-1', epoch: 1_000 };
const first = { kind: 'heartbeat', ...shared, sequence: -1, promise: 0 };

test('a producer that has nothing to say promises 10 s less than the clock, to every partition', async () => {
  const clock = new HandClock();
  clock.move(60_000);
  const world = await opened({ partitionOf: () => 0 }, new MemoryDisk(), clock, 2);
  await arrive(world);
  for (const elapsed of [0, 1_000, 1_000]) {
    clock.move(elapsed);
    await turn();
    const heartbeat = { kind: 'heartbeat', producer: 'gateway-1', epoch: 61_000, sequence: -1, promise: clock.now() - 10_000 };
    expect(world.transport.held.map(({ partition }) => partition)).toEqual([0, 1]);
    expect(await arrive(world)).toEqual([heartbeat, heartbeat]);
  }
});

test('after a burst a heartbeat follows at once, with the last number', async () => {
  const world = await opened({ promise: () => 4_000 });
  world.clock.move(0);
  await arrive(world);
  const sent = world.out.send(at('a'));
  world.clock.settle();
  await arrive(world);
  await sent;
  world.clock.move(49);
  expect(world.transport.held).toEqual([]);
  world.clock.move(1);
  expect(await arrive(world)).toEqual([{ kind: 'heartbeat', ...shared, sequence: 0, promise: 4_000 }]);
});

test('heartbeats that cannot be delivered are replaced; the newest arrives, behind what was sent before it', async () => {
  let promise = 1;
  const world = await opened({ promise: () => promise });
  for (promise of [2, 3, 4]) {
    world.clock.move(1_000);
    await turn();
  }
  const under = world.transport.next();
  expect(under.messages).toEqual([first]);
  under.arrive();
  await turn();
  const second = world.transport.next();
  expect(second.messages).toMatchObject([{ kind: 'heartbeat', promise: 4 }]);
  // It is on its way: a newer one does not change it, and is not lost with it.
  promise = 5;
  world.clock.move(1_000);
  second.arrive();
  await turn();
  expect(await arrive(world)).toMatchObject([{ kind: 'heartbeat', promise: 5 }]);
});

test('a promise is held to: what is older is not sent, also by the next life; what waits holds it back', async () => {
  const { disk, clock, transport, out } = await opened({ promise: () => 7_000 });
  const waiting = out.send(at('a', 5_000));
  clock.move(0);
  expect(out.status()).toMatchObject({ promised: 5_000, waiting: 0, pending: 2 });
  clock.move(1_000);
  await expect(out.send(at('b', 6_999))).rejects.toMatchObject({ code: 'BELOW_PROMISE', data: { time: 6_999, promised: 7_000 } });
  transport.next().arrive();
  await turn();
  transport.next().arrive();
  await waiting;
  await out.stop();
  const next = await opened({ promise: () => 1 }, disk);
  expect(next.out.status().promised).toBe(7_000);
  await expect(next.out.send(at('c', 6_999))).rejects.toMatchObject({ code: 'BELOW_PROMISE' });
});

test('a promise that is none is told as trouble, and the last one is repeated', async () => {
  const promises: (() => number)[] = [() => 3_000, () => Number.NaN, () => JSON.parse('{') as number, () => 4_000];
  const world = await opened({ promise: () => (promises.shift() as () => number)() });
  await arrive(world);
  const told: unknown[] = [];
  for (let i = 0; i < 4; i += 1) {
    world.clock.move(i === 0 ? 0 : 1_000);
    told.push(world.out.status().promised, (world.out.status().lastTrouble?.error as { code?: string } | undefined)?.code);
    await arrive(world);
  }
  expect(told).toEqual([3_000, undefined, 3_000, 'BAD_PROMISE', 3_000, 'BAD_PROMISE', 4_000, 'BAD_PROMISE']);
});
