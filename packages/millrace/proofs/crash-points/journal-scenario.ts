import type { MillraceError } from '../../src/error.ts';
import { type Producer, producer } from '../../src/producer/producer.ts';
import type { Transport } from '../../src/producer/transport.ts';
import { HandClock } from '../../src/testing/fixture-clock.ts';
import { Receiver, type Sent } from '../../src/testing/fixture-receiver.ts';
import type { CrashingStore } from './crashing-store.ts';
import type { Scenario } from './scenario.ts';

const EVENTS = 6;
const PARTITIONS = 2;
const START_MS = 1_000_000;
/** More turns than any life needs. */
const TURNS_MAX = 1_000;

/** A producer with a journal: what it acknowledged arrives once, numbered without gaps, whenever it died. */
export const journalScenario: Scenario = {
  name: 'a producer and its journal',
  run: async (store) => {
    const receiver = new Receiver();
    const sent = { next: 0, acknowledged: new Set<number>() };
    for (let now = START_MS; ; now += 10_000) {
      const { deaths } = store;
      try {
        await live(store, receiver, sent, now);
        break;
      } catch (error) {
        if (store.deaths === deaths) throw error;
      }
    }
    const arrived = new Set([...receiver.events.values()].map(({ value }) => value.id));
    const problems = [...receiver.problems(), ...[...sent.acknowledged].filter((id) => !arrived.has(id)).map((id) => `${id} was acknowledged, and did not arrive`)];
    if (problems.length > 0) throw new Error(problems.join('; '));
    return arrived.size >= sent.acknowledged.size;
  },
};

/** One life: what was not sent yet is sent, and the producer says goodbye. What was sent and not acknowledged is left to its journal. */
async function live(store: CrashingStore, receiver: Receiver, sent: { next: number; readonly acknowledged: Set<number> }, now: number): Promise<void> {
  const clock = new HandClock();
  clock.move(now - clock.now());
  const { deaths } = store;
  const isAlive = (): boolean => store.deaths === deaths;
  const transport: Transport = {
    to: 'the receiver',
    partitions: PARTITIONS,
    deliver: async (partition, texts) => {
      if (!isAlive()) return new Promise(() => {});
      for (const text of texts) receiver.take(partition, text);
      return { refused: new Map() };
    },
    close: async () => {},
  };
  const options = { journal: store.open(), time: ({ at }: Sent) => at, partitionOf: ({ partition }: Sent) => partition, clock, random: { next: () => 0.5 } };
  const outbox = await until(clock, isAlive, producer<Sent>('gateway', transport, options));
  for (; sent.next < EVENTS; ) {
    const id = sent.next;
    sent.next += 1;
    await until(clock, isAlive, (outbox as Producer<Sent>).send({ id, at: now, partition: id % PARTITIONS }).then(() => sent.acknowledged.add(id)));
  }
  await until(clock, isAlive, outbox.close());
}

/** Lets time pass until a promise is settled, or the process has died. */
async function until<R>(clock: HandClock, isAlive: () => boolean, promise: Promise<R>): Promise<R> {
  let settled: (() => R) | undefined;
  promise.then(
    (value) => {
      settled = () => value;
    },
    (error: MillraceError) => {
      settled = () => {
        throw error;
      };
    },
  );
  for (let turns = 0; turns < TURNS_MAX; turns += 1) {
    await new Promise((resolve) => {
      setImmediate(resolve);
    });
    if (!isAlive()) throw new Error('the process died');
    if (settled !== undefined) return settled();
    clock.settle();
    if (turns % 10 === 9) clock.move(1_000);
  }
  throw new Error('the producer does not come to its end');
}
