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
