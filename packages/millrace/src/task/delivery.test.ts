import { expect, test } from 'vitest';
import { HandClock } from '../testing/fixture-clock.ts';
import { TryAgain } from '../try-again.ts';
import { Delivery, type DeliveryTold, type Sending } from './delivery.ts';
import type { Parcel } from './sink.ts';
import type { RuntimeSink } from './runtime.ts';
import { SinkOutput } from './sink-output.ts';
import { Moment } from './moment.ts';

/** What a sink is given, by the number of the first row; it takes nothing while it is `ill`. */
class Taker {
  readonly given: number[] = [];
  readonly problems: string[] = [];
  ill = true;
  /** Set: deliveries wait for it. */
  gate: Promise<void> | undefined;

  sink(abandon?: () => void): RuntimeSink {
    const output = new SinkOutput<unknown>(new Moment(), true);
    output.driver = {
      write: () => {},
      flush: () => undefined,
      encode: () => new Uint8Array(),
      deliver: (parcels) => this.#deliver(parcels),
      position: () => null,
      ...(abandon !== undefined && { abandon }),
      close: async () => {},
    };
    return { name: 'out', spec: { text: 'a taker', open: async () => output.driver! }, output, onRefused: 'fail', retryMs: undefined };
  }

  async #deliver(parcels: readonly Parcel[]): Promise<void> {
    await this.gate;
    if (this.ill) throw new TryAgain('it is ill');
    this.given.push(...parcels.map(({ first }) => first));
  }

  told(): DeliveryTold {
    return { delivered: () => {}, failed: ({ message }) => void this.problems.push(message), refused: (sink) => void this.problems.push(sink) };
  }
}

const rows = (first: number, end: number): Sending => ({ parcels: [{ payload: new Uint8Array(), first }], end });
const turn = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

test('of a sink that is waited for no longer nothing is delivered that was committed after that: what came before it has not been', async () => {
  const taker = new Taker();
  const delivery = new Delivery(taker.sink(), 0, taker.told(), new HandClock());
  delivery.send(rows(0, 5));
  await turn();
  expect(delivery.failing).toMatchObject({ sink: 'out', attempts: 1 });
  delivery.abandon();
  await delivery.idle();
  taker.ill = false;
  delivery.send(rows(5, 8));
  await delivery.idle();
  expect({ given: taker.given, delivered: delivery.delivered, problems: taker.problems }).toEqual({ given: [], delivered: 0, problems: [] });
});

test('a sink that fails only when it has been waited for long enough is not tried again', async () => {
  const taker = new Taker();
  let open = (): void => {};
  taker.gate = new Promise((resolve) => {
    open = resolve;
  });
  const delivery = new Delivery(taker.sink(), 0, taker.told(), new HandClock());
  delivery.send(rows(0, 5));
  await turn();
  // It is no sink that can be told, and it does not fail: it is waited for.
  delivery.abandon();
  open();
  await delivery.idle();
  expect({ given: taker.given, delivered: delivery.delivered, problems: taker.problems }).toEqual({ given: [], delivered: 0, problems: [] });
});

test('one that takes its rows after all has them all, also those that are committed meanwhile', async () => {
  const taker = new Taker();
  taker.ill = false;
  let open = (): void => {};
  taker.gate = new Promise((resolve) => {
    open = resolve;
  });
  const delivery = new Delivery(taker.sink(), 0, taker.told(), new HandClock());
  delivery.send(rows(0, 5));
  await turn();
  delivery.abandon();
  delivery.send(rows(5, 8));
  open();
  await delivery.idle();
  expect({ given: taker.given, delivered: delivery.delivered }).toEqual({ given: [0, 5], delivered: 8 });
});

test('a sink that is slow keeps the task waiting once it is 16 commits behind, and no longer than until it is through', async () => {
  const taker = new Taker();
  taker.ill = false;
  let open = (): void => {};
  taker.gate = new Promise((resolve) => {
    open = resolve;
  });
  const delivery = new Delivery(taker.sink(), 0, taker.told(), new HandClock());
  for (let i = 0; i < 16; i += 1) delivery.send(rows(i, i + 1));
  expect(delivery.pressure()).toBeUndefined();
  delivery.send(rows(16, 17));
  let isEased = false;
  const eased = delivery.pressure()?.then(() => (isEased = true));
  expect(eased).toBeDefined();
  await turn();
  expect(isEased).toBe(false);
  open();
  await eased;
  expect({ delivered: delivery.delivered, isFull: delivery.isFull, pressure: delivery.pressure() }).toEqual({ delivered: 17, isFull: false, pressure: undefined });
});

test('one that is tried again, or held, keeps nobody waiting: once it is 16 commits behind no more is made for it', async () => {
  const taker = new Taker();
  const delivery = new Delivery(taker.sink(), 0, taker.told(), new HandClock());
  delivery.send(rows(0, 1));
  await turn();
  for (let i = 1; i < 16; i += 1) delivery.send(rows(i, i + 1));
  expect({ isFull: delivery.isFull, pressure: delivery.pressure() }).toEqual({ isFull: false, pressure: undefined });
  delivery.send(rows(16, 17));
  expect({ isFull: delivery.isFull, pressure: delivery.pressure() }).toEqual({ isFull: true, pressure: undefined });

  const held = new Delivery(taker.sink(), 0, taker.told(), new HandClock());
  held.hold();
  for (let i = 0; i < 17; i += 1) held.send(rows(i, i + 1));
  expect({ isFull: held.isFull, pressure: held.pressure(), given: taker.given }).toEqual({ isFull: true, pressure: undefined, given: [] });
  taker.ill = false;
  held.resume();
  await held.idle();
  expect({ isFull: held.isFull, delivered: held.delivered }).toEqual({ isFull: false, delivered: 17 });
});

test('rows that were given up count as taken, so that they do not come after the next start', async () => {
  const taker = new Taker();
  const delivery = new Delivery(taker.sink(), 0, taker.told(), new HandClock());
  delivery.hold();
  delivery.send(rows(0, 5));
  delivery.discard(5);
  expect(delivery.delivered).toBe(5);
  taker.ill = false;
  delivery.send(rows(5, 8));
  await delivery.idle();
  expect({ given: taker.given, delivered: delivery.delivered }).toEqual({ given: [5], delivered: 8 });
});
