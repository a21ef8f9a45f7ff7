import { expect, test } from 'vitest';
import { memoryBackend } from '../port/memory-backend.ts';
import { MemoryDisk } from '../port/memory-disk.ts';
import { HandClock } from '../testing/fixture-clock.ts';
import { HeldTransport } from '../testing/fixture-held-transport.ts';
import { type Request, arrive, at, opened, outcomeOf, turn } from '../testing/fixture-producer.ts';
import { producer } from './producer.ts';

const shared = { producer: 'gateway-1', epoch: 1_000 };
const first = { kind: 'heartbeat', ...shared, sequence: -1, promise: 0 };

test('an epoch begins with a heartbeat; values follow, numbered from 0; send resolves when they are durable there', async () => {
  const world = await opened();
  expect(await arrive(world)).toEqual([first]);
  const sends = [world.out.send(at('a')), world.out.send(at('b'))].map(outcomeOf);
  world.clock.settle();
  await turn();
  const delivery = world.transport.next();
  expect(delivery.messages).toEqual([
    { kind: 'event', ...shared, sequence: 0, value: at('a') },
    { kind: 'event', ...shared, sequence: 1, value: at('b') },
  ]);
  expect(sends).toEqual([{ value: 'pending' }, { value: 'pending' }]);
  delivery.arrive();
  await turn();
  expect(sends).toEqual([{ value: 'done' }, { value: 'done' }]);
});

test('while a batch is under way the next one grows', async () => {
  const world = await opened();
  const sends: Promise<void>[] = [];
  for (const id of ['a', 'b', 'c']) {
    sends.push(world.out.send(at(id)));
    world.clock.settle();
  }
  expect(world.transport.held.length).toBe(1);
  world.transport.next().arrive();
  await turn();
  expect(world.transport.held.map(({ messages }) => messages.length)).toEqual([3]);
  await arrive(world);
  await Promise.all(sends);
});

test('a delivery that fails comes again, the same, later each time; the trouble is told', async () => {
  const { clock, transport, out } = await opened();
  transport.next().arrive();
  const sent = outcomeOf(out.send(at('a')));
  clock.settle();
  await turn();
  const lost = transport.next();
  lost.fail(new Error('lost'));
  await turn();
  expect(out.status()).toMatchObject({ pending: 1, lastTrouble: { at: 1_000, error: { message: 'lost' } } });
  clock.move(24);
  await turn();
  expect(transport.held).toEqual([]);
  clock.move(1);
  await turn();
  const again = transport.next();
  expect(again.messages[0]).toEqual(lost.messages[0]);
  again.fail(new Error('lost again'));
  await turn();
  clock.move(49);
  await turn();
  expect(transport.held).toEqual([]);
  clock.move(1);
  await turn();
  transport.next().arrive();
  await turn();
  expect(sent.value).toBe('done');
});

test('what a life had not delivered is sent by the next one, under its old numbers, before anything new', async () => {
  const before = await opened();
  const lost = [before.out.send(at('a')), before.out.send(at('b'))].map(outcomeOf);
  before.clock.settle();
  await before.out.stop();
  await turn();
  expect(lost).toEqual([{ value: 'PRODUCER_CLOSED' }, { value: 'PRODUCER_CLOSED' }]);

  const after = await opened({}, before.disk);
  const sent = after.out.send(at('c'));
  after.clock.settle();
  const epoch = 1_001;
  expect(await arrive(after)).toEqual([
    first,
    { kind: 'event', ...shared, sequence: 0, value: at('a') },
    { kind: 'event', ...shared, sequence: 1, value: at('b') },
    { kind: 'heartbeat', producer: 'gateway-1', epoch, sequence: -1, promise: 0, previous: { epoch: 1_000, sequence: 1 } },
    { kind: 'event', producer: 'gateway-1', epoch, sequence: 0, value: at('c') },
  ]);
  await sent;
});

test('an epoch is newer than any before it, also when the journal is lost, and then it names none', async () => {
  const { out, disk, clock } = await opened();
  expect(out.status().epoch).toBe(1_000);
  await out.stop();
  const next = await opened({}, disk, clock);
  expect(next.out.status().epoch).toBe(1_001);
  clock.move(500);
  const lost = await opened({}, new MemoryDisk(), clock);
  expect(lost.out.status().epoch).toBe(1_500);
  expect(await arrive(lost)).toEqual([{ ...first, epoch: 1_500 }]);
});

test('what cannot be sent is refused before it takes a number', async () => {
  const partitionOf = ({ id }: Request): number => (id === 'astray' ? 1 : 0);
  const world = await opened({ partitionOf });
  await expect(world.out.send({ id: 'a', at: Number.NaN })).rejects.toMatchObject({ code: 'UNSENDABLE_VALUE', data: { path: 'at', what: 'NaN' } });
  await expect(world.out.send(at('a', 0.5))).rejects.toMatchObject({ code: 'BAD_EVENT_TIME' });
  await expect(world.out.send(at('a', -1))).rejects.toMatchObject({ code: 'BAD_EVENT_TIME' });
  await expect(world.out.send(at('astray'))).rejects.toMatchObject({ code: 'BAD_PARTITION', data: { found: '1', partitions: 1 } });
  // Its message would be a byte longer than the most.
  const frame = '{"kind":"event","producer":"gateway-1","epoch":1000,"sequence":9007199254740991,"value":}'.length;
  const room = 1024 * 1024 - frame - JSON.stringify(at('')).length;
  await expect(world.out.send(at('x'.repeat(room + 1)))).rejects.toMatchObject({ code: 'MESSAGE_TOO_LARGE', data: { bytes: 1024 * 1024 + 1 } });
  const largest = world.out.send(at('x'.repeat(room)));
  world.clock.settle();
  expect(await arrive(world)).toMatchObject([first, { kind: 'event', sequence: 0 }]);
  await largest;
});

test('what has no room in the journal waits for it; what has no room to wait is OUTBOX_FULL', async () => {
  const bytes = '{"kind":"event","producer":"gateway-1","epoch":1000,"sequence":9007199254740991,"value":}'.length + JSON.stringify(at('a')).length;
  const world = await opened({ limits: { journalBytesMax: 2 * bytes, waitingBytesMax: 3 * bytes } });
  await arrive(world);
  const sends = ['a', 'b', 'c', 'd'].map((id) => outcomeOf(world.out.send(at(id))));
  await turn();
  expect(sends.map(({ value }) => value)).toEqual(['pending', 'pending', 'pending', 'OUTBOX_FULL']);
  world.clock.settle();
  expect(world.out.status()).toMatchObject({ waiting: 1, pending: 2 });
  expect(await arrive(world)).toHaveLength(2);
  world.clock.settle();
  expect(await arrive(world)).toHaveLength(1);
  expect(sends.map(({ value }) => value)).toEqual(['done', 'done', 'done', 'OUTBOX_FULL']);
});

test('a message that the receiver refuses disturbs no other, stays in the journal, and is tried by the next start', async () => {
  const world = await opened();
  await arrive(world);
  const sends = ['a', 'b'].map((id) => outcomeOf(world.out.send(at(id))));
  world.clock.settle();
  await turn();
  world.transport.next().arrive(new Map([[0, 'has no taste']]));
  await turn();
  expect(sends.map(({ value }) => value)).toEqual(['MESSAGE_REFUSED', 'done']);
  expect(world.out.status()).toMatchObject({ refused: 1, pending: 0, lastTrouble: { error: { message: expect.stringContaining('has no taste') as string } } });
  const closed = outcomeOf(world.out.close());
  await turn();
  expect(await arrive(world)).toEqual([{ kind: 'close', ...shared, sequence: 1 }]);
  expect(closed.value).toBe('MESSAGE_REFUSED');
  const next = await opened({}, world.disk);
  expect(await arrive(next)).toMatchObject([{ sequence: 0, value: at('a') }, { sequence: 1 }, { kind: 'heartbeat', epoch: 1_001 }]);
});

test('a receiver that refuses everything does not fill the disk', async () => {
  const world = await opened({ limits: { journalBytesMax: 100 } });
  await arrive(world);
  const sent = outcomeOf(world.out.send(at('a'.repeat(60))));
  world.clock.settle();
  await turn();
  world.transport.next().arrive(new Map([[0, 'is refused']]));
  await turn();
  expect(sent.value).toBe('MESSAGE_REFUSED');
  await expect(world.out.send(at('b'))).rejects.toMatchObject({ code: 'OUTBOX_FULL' });
});

test('close delivers everything, says goodbye to every partition, and leaves nothing but the numbers', async () => {
  const world = await opened({ partitionOf: ({ id }) => (id === 'a' ? 0 : 1) }, new MemoryDisk(), new HandClock(), 2);
  const sent = ['a', 'b', 'c'].map((id) => world.out.send(at(id)));
  const closed = world.out.close();
  await expect(world.out.send(at('d'))).rejects.toMatchObject({ code: 'PRODUCER_CLOSED' });
  world.clock.settle();
  const messages = await arrive(world);
  await closed;
  await Promise.all(sent);
  expect(messages.slice(-2)).toEqual([
    { kind: 'close', ...shared, sequence: 0 },
    { kind: 'close', ...shared, sequence: 1 },
  ]);
  expect(world.transport.isClosed).toBe(true);
  const next = await opened({ partitionOf: () => 0 }, world.disk, new HandClock(), 2);
  expect(await arrive(next)).toMatchObject([{ previous: { epoch: 1_000, sequence: 0 } }, { previous: { epoch: 1_000, sequence: 1 } }]);
});

test('stop ends a close that waits for the receiver', async () => {
  const { out } = await opened();
  const closed = outcomeOf(out.close());
  await out.stop();
  await turn();
  expect(closed.value).toBe('PRODUCER_CLOSED');
  await expect(out.close()).rejects.toMatchObject({ code: 'PRODUCER_CLOSED' });
});

test('options that let nothing through are refused', async () => {
  await expect(opened({ heartbeatEvery: 0 })).rejects.toThrow('heartbeatEvery: 0');
  await expect(opened({ limits: { batchMessagesMax: 0 } })).rejects.toThrow('limits.batchMessagesMax: 0');
  await expect(opened({}, new MemoryDisk(), new HandClock(), 2)).rejects.toThrow('say with partitionOf');
  const options = { journal: memoryBackend(), time: () => 0 };
  await expect(producer('', new HeldTransport(), options)).rejects.toThrow('expected a name of 1 to 200 characters');
  await expect(producer('x'.repeat(201), new HeldTransport(), options)).rejects.toThrow('expected a name');
});
