import type { Backend, Transaction } from '../port/backend.ts';
import { decodeBlock, encodeBlock } from '../store/block.ts';
import { SUBSCRIBERS, key } from '../store/key.ts';
import type { GroupCommit, Writer } from './group-commit.ts';

/*
 * How far the subscribers of one changelog have come.
 *
 *   [SUBSCRIBERS, log, 0] := block(JSON of { [name]: Subscriber })      log: the number of the changelog's log
 */

/** Somebody outside the program who takes changes, as the store knows it. */
export interface Subscriber {
  /** Every change with a smaller position has been acknowledged. */
  readonly acknowledged: number;
  /** Where it began. */
  readonly since: number;
}

export type SubscriberMap = ReadonlyMap<string, Subscriber>;

/** What somebody wants to be otherwise: makes the new state of the old one, or throws. */
type Deed = (now: SubscriberMap) => SubscriberMap;

interface Waiting {
  readonly deed: Deed;
  readonly resolve: () => void;
  readonly reject: (error: unknown) => void;
}

/**
 * The subscribers of one changelog. What is done here is durable when it resolves, in a transaction of its
 * own: it waits for no commit of the program, and those of one moment share it.
 */
export class Subscribers implements Writer {
  readonly #id: number;
  readonly #durable: boolean;
  readonly #commit: GroupCommit;
  #all: SubscriberMap;
  #waiting: Waiting[] = [];
  /** In the transaction that is being made, and what then is so. */
  #taken: Waiting[] = [];
  #next: SubscriberMap;

  /** `id`: the number of the changelog's log. */
  constructor(backend: Backend, id: number, durable: boolean, commit: GroupCommit) {
    this.#id = id;
    this.#durable = durable;
    this.#commit = commit;
    this.#all = durable ? storedSubscribers(backend, id) : new Map();
    this.#next = this.#all;
  }

  /** As of the last transaction. */
  get all(): SubscriberMap {
    return this.#all;
  }

  /** Resolves once it is durable; rejects with what `deed` throws when its turn has come. */
  change(deed: Deed): Promise<void> {
    return new Promise((resolve, reject) => {
      this.#waiting.push({ deed, resolve, reject });
      this.#commit.join(this);
    });
  }

  gather(): void {
    const waiting = this.#waiting;
    this.#waiting = [];
    this.#next = this.#all;
    for (const one of waiting) {
      try {
        this.#next = one.deed(this.#next);
        this.#taken.push(one);
      } catch (error) {
        one.reject(error);
      }
    }
  }

  put(txn: Transaction): void {
    if (!this.#durable || this.#next === this.#all) return;
    const payload = Buffer.from(JSON.stringify([...this.#next]));
    const place = key(SUBSCRIBERS, this.#id, 0);
    txn.put(place, encodeBlock({ store: this.#id, commit: 0, payload }, place));
  }

  settled(error: unknown): void {
    const taken = this.#taken;
    this.#taken = [];
    if (error === undefined) this.#all = this.#next;
    for (const { resolve, reject } of taken) {
      if (error === undefined) resolve();
      else reject(error);
    }
    if (this.#waiting.length > 0) this.#commit.join(this);
  }
}

/** As the store has them. */
export function storedSubscribers(backend: Backend, id: number): SubscriberMap {
  const place = key(SUBSCRIBERS, id, 0);
  const bytes = backend.get(place);
  if (bytes === undefined) return new Map();
  const { payload } = decodeBlock(bytes, `the subscribers of log ${id}`, place);
  return new Map(JSON.parse(Buffer.from(payload).toString('utf8')) as (readonly [string, Subscriber])[]);
}
