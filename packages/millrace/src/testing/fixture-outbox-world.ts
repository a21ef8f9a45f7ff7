import { type MillraceError, errors } from '../error.ts';
import type { Backend, Transaction } from '../port/backend.ts';
import { memoryBackend } from '../port/memory-backend.ts';
import { MemoryDisk } from '../port/memory-disk.ts';
import type { ProducerLimits } from '../producer/options.ts';
import { Journal } from '../producer/journal.ts';
import { type Producer, producer } from '../producer/producer.ts';
import type { Delivery, Transport } from '../producer/transport.ts';
import { HandClock } from './fixture-clock.ts';
import { Receiver, type Sent, keyOf } from './fixture-receiver.ts';

/** What befalls a delivery that is under way. */
export type Fortune = 'arrives' | 'request lost' | 'answer lost' | 'delayed' | 'one refused';
/** What befalls the next transaction of the journal. */
export type Blow = 'disk full' | 'killed before commit' | 'killed after commit';

export type Action =
  | { readonly kind: 'send'; readonly partition: number; readonly behindMs: number }
  | { readonly kind: 'settle' }
  | { readonly kind: 'move'; readonly ms: number }
  | { readonly kind: 'delivery'; readonly which: number; readonly fortune: Fortune }
  | { readonly kind: 'stray'; readonly which: number }
  | { readonly kind: 'strike'; readonly blow: Blow }
  | { readonly kind: 'kill' }
  | { readonly kind: 'stop' };

interface UnderWay {
  readonly partition: number;
  readonly texts: readonly string[];
  readonly life: number;
  readonly resolve: (delivery: Delivery) => void;
  readonly reject: (error: Error) => void;
}

const START_MS = 1_000_000;
const NAME = 'gateway-1';

/**
 * A producer on a disk that outlives it, and a network between it and a receiver that loses, repeats and
 * delays. Nothing happens but what an action says, so a run is repeated by repeating its actions.
 */
export class OutboxWorld {
  readonly receiver: Receiver = new Receiver();
  /** How often each thing befell the producer. */
  readonly met: Map<string, number> = new Map();
  readonly #partitions: number;
  readonly #limits: Partial<ProducerLimits>;
  #disk = new MemoryDisk();
  #now = START_MS;
  #clock = new HandClock();
  #life = 0;
  #producer: Producer<Sent> | undefined;
  #underWay: UnderWay[] = [];
  readonly #strays: UnderWay[] = [];
  #blow: Blow | undefined;
  #nextId = 0;
  /** The ids whose `send` resolved, those that must never arrive, and the numbers that were found in the journal after a kill. */
  readonly #acknowledged = new Set<number>();
  readonly #rejected = new Set<number>();
  readonly #journalled = new Set<string>();

  constructor(partitions: number, limits: Partial<ProducerLimits>) {
    this.#partitions = partitions;
    this.#limits = limits;
  }

  async open(): Promise<void> {
    while (this.#producer === undefined) {
      this.#life += 1;
      const clock = new HandClock();
      clock.move(this.#now - clock.now());
      this.#clock = clock;
      const life = this.#life;
      try {
        const options = { journal: this.#backend(), time: ({ at }: Sent) => at, partitionOf: ({ partition }: Sent) => partition };
        const opened = await producer<Sent>(NAME, this.#transport(life), { ...options, clock, random: { next: () => 0.5 }, limits: this.#limits });
        if (life === this.#life) this.#producer = opened;
      } catch (error) {
        if (!(error instanceof Killed) && (error as MillraceError).code !== 'STORE_FULL') throw error;
      }
    }
    await turn();
  }

  async act(action: Action): Promise<void> {
    if (action.kind === 'send') this.#send(action.partition % this.#partitions, action.behindMs);
    else if (action.kind === 'settle') this.#clock.settle();
    else if (action.kind === 'move') {
      this.#now += action.ms;
      this.#clock.move(action.ms);
    } else if (action.kind === 'strike') this.#blow = action.blow;
    else if (action.kind === 'kill') this.#die('killed');
    else if (action.kind === 'stop') await this.#stop();
    else if (action.kind === 'stray') this.#arrive(this.#strays[action.which % this.#strays.length]);
    else this.#deliver(action.which, action.fortune);
    await turn();
    if (this.#producer === undefined) await this.open();
  }

  /** Heals everything, closes the producer, and says what is wrong. */
  async end(): Promise<string[]> {
    this.#blow = undefined;
    for (let isClosed = false; !isClosed; ) {
      const closed = (this.#producer as Producer<Sent>).close().then(
        () => true,
        (error: unknown) => {
          if ((error as MillraceError).code !== 'MESSAGE_REFUSED') throw error;
          return false;
        },
      );
      let outcome: boolean | undefined;
      void closed.then((value) => {
        outcome = value;
      });
      for (let steps = 0; outcome === undefined; steps += 1) {
        if (steps > 10_000) throw new Error('the producer does not come to its end');
        await this.act({ kind: 'settle' });
        await this.act({ kind: 'delivery', which: 0, fortune: 'arrives' });
        await this.act({ kind: 'move', ms: 1_000 });
      }
      isClosed = await closed;
      // What was refused is tried again by the next life.
      if (!isClosed) {
        this.#producer = undefined;
        await this.open();
      }
    }
    const left = this.#inJournal();
    const arrived = new Set([...this.receiver.events.values()].map(({ value }) => value.id));
    return [
      ...this.receiver.problems(),
      ...left.map((key) => `${key} is still in the journal`),
      ...[...this.#acknowledged].filter((id) => !arrived.has(id)).map((id) => `${id} was acknowledged and did not arrive`),
      ...[...this.#rejected].filter((id) => arrived.has(id)).map((id) => `${id} was rejected and arrived`),
      ...[...this.#journalled].filter((key) => !this.receiver.events.has(key)).map((key) => `${key} was journalled and did not arrive`),
    ];
  }

  /** Another disk takes the place of the journal's: what a test that finds nothing has to be told. */
  loseDisk(): void {
    this.#die('disk lost');
    this.#disk = new MemoryDisk();
  }

  #send(partition: number, behindMs: number): void {
    const life = this.#life;
    const id = this.#nextId;
    this.#nextId += 1;
    (this.#producer as Producer<Sent>).send({ id, at: this.#now - behindMs, partition }).then(
      () => {
        if (life === this.#life) this.#acknowledged.add(id);
      },
      (error: unknown) => {
        if (life !== this.#life) return;
        const { code } = error as MillraceError;
        this.#meet(code);
        if (code !== 'PRODUCER_CLOSED' && code !== 'MESSAGE_REFUSED') this.#rejected.add(id);
      },
    );
  }

  #deliver(which: number, fortune: Fortune): void {
    const [one] = this.#underWay.splice(which % Math.max(1, this.#underWay.length), 1);
    if (one === undefined) return;
    this.#meet(fortune);
    if (fortune === 'arrives' || fortune === 'answer lost') this.#arrive(one);
    if (fortune === 'delayed') this.#strays.push(one);
    if (fortune === 'arrives') one.resolve({ refused: new Map() });
    else if (fortune === 'one refused') {
      this.receiver.disturbed.add(one.partition);
      const refused = which % one.texts.length;
      this.#arrive({ ...one, texts: one.texts.filter((_, i) => i !== refused) });
      one.resolve({ refused: new Map([[refused, 'is not to the taste of the receiver']]) });
    } else one.reject(errors.NOT_DELIVERED({ to: 'the receiver', reason: fortune }));
  }

  #arrive(one: UnderWay | undefined): void {
    for (const text of one?.texts ?? []) this.receiver.take((one as UnderWay).partition, text);
  }

  /** The process is gone, its disk is not, and its requests may still be on their way. */
  #die(how: string): void {
    this.#meet(how);
    this.#life += 1;
    this.#producer = undefined;
    this.#strays.push(...this.#underWay.splice(0));
    for (const key of this.#inJournal()) this.#journalled.add(key);
  }

  async #stop(): Promise<void> {
    this.#meet('stopped');
    await (this.#producer as Producer<Sent>).stop();
    await turn();
    this.#die('ended');
  }

  /** The numbers of the events in the journal. */
  #inJournal(): string[] {
    const { restored } = new Journal(memoryBackend(this.#disk), NAME, this.#partitions, 0);
    return restored.flatMap(({ partition, texts }) =>
      texts.filter((text) => text.startsWith('{"kind":"event"')).map((text) => keyOf(partition, JSON.parse(text) as { epoch: number; sequence: number })),
    );
  }

  #backend(): Backend {
    const backend = memoryBackend(this.#disk);
    return {
      get: (key) => backend.get(key),
      range: (from, to, options) => backend.range(from, to, options),
      close: () => backend.close(),
      transact: <R>(work: (txn: Transaction) => R): R => {
        const blow = this.#blow;
        this.#blow = undefined;
        if (blow !== undefined) this.#meet(blow);
        if (blow === 'disk full') {
          return backend.transact((txn) => {
            work(txn);
            throw errors.STORE_FULL({ path: 'memory', reason: 'a test' });
          });
        }
        if (blow === 'killed after commit') backend.transact(work);
        if (blow === undefined) return backend.transact(work);
        this.#die('killed');
        throw new Killed();
      },
    };
  }

  #transport(life: number): Transport {
    return {
      to: 'the receiver',
      partitions: this.#partitions,
      deliver: (partition, texts) =>
        new Promise((resolve, reject) => {
          if (life === this.#life) this.#underWay.push({ partition, texts, life, resolve, reject });
        }),
      close: async () => {},
    };
  }

  #meet(what: string): void {
    this.met.set(what, (this.met.get(what) ?? 0) + 1);
  }
}

/** What the code that runs on after its process was killed is told; nobody hears it. */
class Killed extends Error {}

/** Lets everything happen that waits for nothing but its turn. */
const turn = (): Promise<void> =>
  new Promise((resolve) => {
    setImmediate(resolve);
  });
