import { errors } from '../error.ts';
import { decodeBlock } from '../store/block.ts';
import type { StoredPair } from '../port/lmdb-walk.ts';
import { CHANGELOG, LOG, META, OUTBOX, OUTPUT, REWIND, SPILLED, SUBSCRIBERS, parseKey } from '../store/key.ts';
import { type Meta, decodeMeta, readEpoch } from '../store/meta.ts';
import { type Finding, blockFinding, hexOf, thrownFinding } from './finding.ts';
import { JournalContents } from './journal-contents.ts';
import { LogContents, type LogSummary } from './log-contents.ts';
import { StateContents, type StateSummary } from './state-blocks-contents.ts';
import { type RewindSummary, RewindContents } from './rewind-contents.ts';
import { type SinkSummary, SinkContents } from './sink-contents.ts';
import { SubscriberContents } from './subscriber-contents.ts';

/** How far it is looked into: up to the checksums of blocks, or down to their rows. */
export type Depth = 'blocks' | 'rows';

/** A value with its key, as the things of one kind take it. */
export interface Stored {
  readonly id: number;
  readonly number: number;
  readonly key: Uint8Array;
  readonly bytes: Uint8Array;
}

/** The things of one kind: what they are given is decoded and compared, and what is wrong is thrown. */
export interface Keeper {
  take(stored: Stored): void;
  /** Nothing more comes: what is missing is said to `wrong`. */
  end(wrong: (damage: { where: string; what: string; expected: string; actual: string }) => void): void;
}

export interface ContentsSummary {
  readonly epoch: number;
  readonly meta: Meta | undefined;
  readonly states: readonly StateSummary[];
  readonly logs: readonly LogSummary[];
  readonly sinks: readonly SinkSummary[];
  readonly journal: { readonly producer: string; readonly epoch: number; readonly blocks: number; readonly messages: number } | undefined;
  /** Where earlier commits can be gone back to. */
  readonly rewind: RewindSummary | undefined;
  /** How many blocks there are, of all kinds. */
  readonly blocks: number;
}

const [META_ID, JOURNAL_ID] = [0, 1] as const;

function isMetaKey(key: Uint8Array): boolean {
  return key[0] === META;
}

/**
 * Everything in a store, block by block in the order of the keys, of which meta is the first.
 *
 * Each block must be whole, must be where it says it is, must decode, and must belong to something that meta
 * names; and everything that meta counts must be there.
 */
export class Contents {
  readonly findings: Finding[] = [];
  readonly #file: string;
  readonly #depth: Depth;
  #meta: Meta | undefined;
  #epoch = 0;
  #blocks = 0;
  #keepers: ReadonlyMap<number, Keeper> | undefined;
  /** Then nobody knows what the other blocks belong to: each is looked at by itself. */
  #isMetaLost = false;
  readonly #journal = new JournalContents();
  #states: StateContents;
  #logs: LogContents;
  #sinks = new SinkContents(undefined);
  #subscribers: SubscriberContents;
  readonly #rewind = new RewindContents();

  constructor(file: string, depth: Depth) {
    this.#file = file;
    this.#depth = depth;
    this.#states = new StateContents(undefined, depth);
    this.#logs = new LogContents(undefined, depth);
    this.#subscribers = new SubscriberContents(this.#logs);
  }

  take(pair: StoredPair, bytes: Uint8Array): void {
    this.#blocks += 1;
    try {
      this.#take(pair, bytes);
    } catch (error) {
      this.findings.push(thrownFinding(this.#file, error, pair));
      if (isMetaKey(pair.key)) this.#isMetaLost = true;
    }
  }

  end(): void {
    const wrong: Parameters<Keeper['end']>[0] = (damage) => this.findings.push(blockFinding(this.#file, damage));
    if (this.#isMetaLost) return;
    for (const keeper of this.#known().values()) keeper.end(wrong);
    if (this.#meta === undefined && this.#epoch === 0 && !this.#journal.isThere) wrong({ where: `the store in ${this.#file}`, what: 'meta block', expected: 'that of a program or of a producer', actual: 'none' });
  }

  summary(): ContentsSummary {
    const journal = this.#journal.summary();
    return { epoch: this.#epoch, meta: this.#meta, states: this.#states.summaries(), logs: this.#logs.summaries(this.#subscribers), sinks: this.#sinks.summaries(), journal, rewind: this.#rewind.summary(), blocks: this.#blocks };
  }

  #take(pair: StoredPair, bytes: Uint8Array): void {
    if (pair.key[0] === SPILLED) {
      this.#known();
      if (!this.#isMetaLost) return this.#states.takeSpilled(pair.key, bytes);
      return void decodeBlock(bytes, `the block under key ${hexOf(pair.key)}`, pair.key);
    }
    const { kind, id, number } = parseKey(pair.key);
    if (kind === META) return this.#takeMeta(id, number, pair, bytes);
    const keeper = this.#known().get(kind);
    if (this.#isMetaLost) return void decodeBlock(bytes, `the block under key ${hexOf(pair.key)}`, pair.key);
    if (keeper === undefined) throw errors.CORRUPT_BLOCK({ where: `the block under key ${hexOf(pair.key)}`, what: 'kind', expected: 'one that this version of Millrace writes', actual: String(kind) });
    keeper.take({ id, number, key: pair.key, bytes });
  }

  #takeMeta(id: number, number: number, { key }: StoredPair, bytes: Uint8Array): void {
    if (id === META_ID && number === 0) this.#meta = decodeMeta(bytes);
    else if (id === META_ID && number === 1) this.#epoch = readEpoch(bytes);
    else if (id === JOURNAL_ID && number === 0) this.#journal.head(bytes, key);
    else throw errors.CORRUPT_BLOCK({ where: `the meta block under key ${hexOf(key)}`, what: 'number', expected: 'one that this version of Millrace writes', actual: `${id}/${number}` });
  }

  /** Who keeps what, once meta is read. */
  #known(): ReadonlyMap<number, Keeper> {
    if (this.#keepers !== undefined) return this.#keepers;
    this.#states = new StateContents(this.#meta, this.#depth);
    this.#logs = new LogContents(this.#meta, this.#depth);
    this.#sinks = new SinkContents(this.#meta);
    this.#subscribers = new SubscriberContents(this.#logs);
    this.#keepers = new Map<number, Keeper>([
      [LOG, this.#logs],
      [CHANGELOG, this.#states],
      [OUTPUT, this.#sinks],
      [OUTBOX, this.#journal],
      [SUBSCRIBERS, this.#subscribers],
      [REWIND, this.#rewind],
    ]);
    return this.#keepers;
  }
}
