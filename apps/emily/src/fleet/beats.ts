import type { BeatState, EngineReading, ReplicaRegistered } from '../domain/fleet-fact.ts';
import { readEngine } from './engine-metrics.ts';
import type { FleetBook } from './fleet-book.ts';
import type { Replica } from './replica.ts';

/** What a replica of a model is, whichever it is. */
export type BootTraits = Pick<ReplicaRegistered, 'owner' | 'gpus'>;

/** A replica that answers says so as often; one whose state has changed at once. */
export const BEAT_EVERY_MS = 5_000;
/** So many shares are written at once, however soon that is. */
const SHARES_MAX = 1_000;

export type BeatsOptions = {
  readonly replica: Replica;
  readonly traits: BootTraits;
  readonly book: FleetBook;
  /** Nobody knows what it did before it answered. */
  readonly isSomebodyElses: boolean;
};

/** What one boot of a replica says of itself: that it is there, how it does, that it leaves. */
export class Beats {
  readonly #options: BeatsOptions;
  #saidState: BeatState | undefined;
  #saidAt = Number.NEGATIVE_INFINITY;
  #engine: EngineReading | null = null;
  #hasLeft = false;

  constructor(options: BeatsOptions) {
    this.#options = options;
  }

  /** What the engine said of itself with the last beat. */
  get engine(): EngineReading | null {
    return this.#engine;
  }

  /** It has just answered: says so, where that is due. `began-again`: it is not the one that it was. */
  async beat(): Promise<'as-before' | 'began-again'> {
    const { replica, book } = this.#options;
    if (this.#hasLeft) return 'as-before';
    if (this.#saidState === undefined) this.#register();
    const isDue = this.#saidState !== this.#state() || performance.now() - this.#saidAt >= BEAT_EVERY_MS || replica.work.shares >= SHARES_MAX;
    return isDue && book.takesBeatOf(replica.id) ? this.#say() : 'as-before';
  }

  /** Says its time up to now, and that it leaves. */
  async leave(reason: string): Promise<void> {
    if (this.#saidState !== undefined && !this.#hasLeft) await this.#say();
    this.left(reason);
  }

  /** It is gone: what it did since the last beat nobody can say. */
  left(reason: string): void {
    const { replica, book } = this.#options;
    if (this.#saidState === undefined || this.#hasLeft) return;
    this.#hasLeft = true;
    book.say({ kind: 'replica-left', replica: replica.id, reason });
  }

  /** Of one that we have started the time until it answers is set-up; the time of another one begins now. */
  #register(): void {
    const { replica, traits, book, isSomebodyElses } = this.#options;
    const state: BeatState = isSomebodyElses ? 'ready' : 'starting';
    if (isSomebodyElses) replica.work.restart();
    this.#saidState = state;
    book.say({ kind: 'replica-registered', replica: replica.id, model: replica.model, ...traits, state });
  }

  async #say(): Promise<'as-before' | 'began-again'> {
    const { replica, book } = this.#options;
    const known = this.#engine?.counters?.generatedTokens ?? 0;
    const engine = await readEngine(replica);
    if (this.#hasLeft) return 'as-before';
    if ((engine?.counters?.generatedTokens ?? known) < known) return 'began-again';
    this.#engine = engine ?? this.#engine;
    this.#saidState = this.#state();
    this.#saidAt = performance.now();
    book.say({ kind: 'replica-beat', replica: replica.id, state: this.#saidState, ...replica.work.sample(), engine });
    return 'as-before';
  }

  #state(): BeatState {
    return this.#options.replica.draining ? 'draining' : 'ready';
  }
}
