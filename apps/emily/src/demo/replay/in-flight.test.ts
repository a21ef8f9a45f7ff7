import { setImmediate } from 'node:timers/promises';
import { expect, test } from 'vitest';
import { epochMs } from '../../domain/names.ts';
import { InFlight } from './in-flight.ts';

/** Work that ends when the test says so. */
class Road {
  readonly started: number[] = [];
  readonly #ends = new Map<number, { resolve: () => void; reject: (error: Error) => void }>();
  readonly #inFlight: InFlight;

  constructor(inFlight: InFlight) {
    this.#inFlight = inFlight;
  }

  start(at: number): Promise<void> {
    return this.#inFlight.start(epochMs(at), () => {
      this.started.push(at);
      return new Promise<void>((resolve, reject) => this.#ends.set(at, { resolve, reject }));
    });
  }

  async end(at: number, error?: Error): Promise<void> {
    const { resolve, reject } = this.#ends.get(at)!;
    if (error === undefined) resolve();
    else reject(error);
    await setImmediate();
  }
}

test('as many start at once as are allowed; the next waits until one is done', async () => {
  const road = new Road(new InFlight(2, 1_000));
  await road.start(1);
  await road.start(2);
  const third = road.start(3);
  await setImmediate();
  expect(road.started).toEqual([1, 2]);
  await road.end(2);
  await third;
  expect(road.started).toEqual([1, 2, 3]);
});

test('work exactly the span later starts, a millisecond more waits for the earlier work', async () => {
  const road = new Road(new InFlight(64, 1_000));
  await road.start(0);
  await road.start(1_000);
  const far = road.start(1_001);
  await setImmediate();
  expect(road.started).toEqual([0, 1_000]);
  await road.end(1_000);
  expect(road.started).toEqual([0, 1_000]);
  await road.end(0);
  await far;
  expect(road.started).toEqual([0, 1_000, 1_001]);
});

test('drained waits for everything that was started', async () => {
  const inFlight = new InFlight(64, 1_000);
  const road = new Road(inFlight);
  await road.start(0);
  await road.start(1);
  const drained = inFlight.drained().then(() => 'drained');
  await road.end(0);
  expect(await Promise.race([drained, setImmediate('waiting')])).toBe('waiting');
  await road.end(1);
  expect(await drained).toBe('drained');
  await inFlight.drained();
});

test('the first failure is thrown to whoever waits and to every later call, and nothing more starts', async () => {
  const inFlight = new InFlight(2, 1_000);
  const road = new Road(inFlight);
  await road.start(1);
  await road.start(2);
  const waiting = road.start(3).catch((error: Error) => error.message);
  await road.end(2, new Error('first failure'));
  expect(await waiting).toBe('first failure');
  await road.end(1, new Error('second failure'));
  await expect(road.start(4)).rejects.toThrow('first failure');
  await expect(inFlight.drained()).rejects.toThrow('first failure');
  expect(road.started).toEqual([1, 2]);
});

test('at least one must be allowed at once, and no span is below 0', () => {
  expect(() => new InFlight(1, 0)).not.toThrow();
  expect(() => new InFlight(0, 0)).toThrow('0 in flight, expected at least 1');
  expect(() => new InFlight(1, -1)).toThrow('a span of -1 ms, expected at least 0');
});
