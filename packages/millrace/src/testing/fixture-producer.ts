import { afterEach } from 'vitest';
import { memoryBackend } from '../port/memory-backend.ts';
import { MemoryDisk } from '../port/memory-disk.ts';
import type { ProducerOptions } from '../producer/options.ts';
import { type Producer, producer } from '../producer/producer.ts';
import { HandClock } from './fixture-clock.ts';
import { HeldTransport } from './fixture-held-transport.ts';

export interface Request {
  readonly id: string;
  readonly at: number;
}

const open: Producer<Request>[] = [];

afterEach(async () => {
  for (const one of open.splice(0)) await one.stop();
});

/** A producer on a disk in memory, with a clock and a transport that wait for the test. */
export interface World {
  readonly disk: MemoryDisk;
  readonly clock: HandClock;
  readonly transport: HeldTransport<Request>;
  readonly out: Producer<Request>;
}

export async function opened(options: Partial<ProducerOptions<Request>> = {}, disk: MemoryDisk = new MemoryDisk(), clock: HandClock = new HandClock(), partitions = 1): Promise<World> {
  const transport = new HeldTransport<Request>(partitions);
  const random = { next: () => 0 };
  const out = await producer<Request>('gateway-1', transport, { journal: memoryBackend(disk), time: ({ at }) => at, clock, random, ...options });
  open.push(out);
  return { disk, clock, transport, out };
}

/** Everything that waits for nothing but its turn has had it. */
export const turn = (): Promise<void> => new Promise((resolve) => void setImmediate(resolve));

/** What becomes of a promise, once it is known. */
export function outcomeOf(promise: Promise<unknown>): { value: unknown } {
  const outcome: { value: unknown } = { value: 'pending' };
  promise.then(
    () => (outcome.value = 'done'),
    (error: unknown) => (outcome.value = (error as { code: string }).code),
  );
  return outcome;
}

/** Lets everything under way arrive, until nothing is. */
export async function arrive({ transport }: World): Promise<unknown[]> {
  const messages: unknown[] = [];
  for (; transport.held.length > 0; await turn()) {
    const next = transport.next();
    messages.push(...next.messages);
    next.arrive();
  }
  return messages;
}

export const at = (id: string, time: number = 5_000): Request => ({ id, at: time });
