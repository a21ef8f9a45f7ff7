import type { PendingBlock, Persisted, StoredBlock } from '../../state/persisted.ts';
import type { Duration } from '../../time/duration.ts';
import { Generation } from './generation.ts';
import { type EventId, IdBytes } from './id-bytes.ts';

/** What `add` says of an event: new, there already, or there already with another content. */
export const ADDED = 0;
export const REPEATED = 1;
export const CONFLICTING = 2;
export type Verdict = typeof ADDED | typeof REPEATED | typeof CONFLICTING;

/** The longest retention: half of it must fit the 32 bits of a record's time. */
export const RETENTION_MS_MAX: Duration = 2 * (2 ** 32 - 1);

/*
 * The ids that one commit added; the payload of its CHANGELOG block.
 *
 *   payload := (generation:f64 length:u32 record*)*     little-endian; records as in generation.ts
 */
const HEAD_BYTES = 12;

/**
 * The ids seen, each with its event time, for a retention.
 *
 * They live in generations of half the retention, numbered start / half, which go as a whole once
 * everything in them is older than the horizon.
 */
export class Seen implements Persisted {
  readonly #retention: Duration;
  readonly #half: Duration;
  readonly #id = new IdBytes();
  readonly #digestBytes: number;
  /** Where the last id was added. */
  #last: Generation | undefined;
  /** Oldest first; few. */
  #generations: Generation[] = [];
  /** For each block on disk its newest generation. */
  readonly #blocks = new Map<number, number>();

  /** `digestBytes`: how long the digests are that `add` is given; 0: it is given none. */
  constructor(retention: Duration, digestBytes = 0) {
    this.#retention = retention;
    this.#digestBytes = digestBytes;
    this.#half = Math.ceil(retention / 2);
  }

  /**
   * Adds an id at `time`, unless the same id at a time of at least `horizon` is less than the
   * retention away. It is a repetition if one of those has the same digest, or if there are none.
   */
  add(eventId: EventId, time: number, horizon: number, digest = ''): Verdict {
    const id = this.#id;
    id.set(eventId);
    for (let i = 0; i < digest.length; i += 1) id.bytes[id.length + i] = digest.charCodeAt(i);
    let conflicting = false;
    const generations = this.#generations;
    let own: Generation | undefined;
    for (let i = generations.length - 1; i >= 0; i -= 1) {
      const generation = generations[i] as Generation;
      const { start } = generation;
      if (start <= time && time < start + this.#half) own = generation;
      if (start >= time + this.#retention || start + this.#half <= time - this.#retention) continue;
      const seen = generation.timeOf(id, horizon);
      if (seen >= 0 && Math.abs(seen - time) < this.#retention) {
        if (this.#digestBytes === 0 || generation.sameDigest(id)) return REPEATED;
        conflicting = true;
      }
    }
    if (conflicting) return CONFLICTING;
    own ??= this.#begin(Math.floor(time / this.#half), horizon);
    own.add(id, time);
    this.#last = own;
    return ADDED;
  }

  /** Takes the last `add` back, where nothing has come after it. */
  takeBack(): void {
    this.#last?.takeBack();
    this.#last = undefined;
  }

  size(): number {
    return this.#generations.reduce((sum, generation) => sum + generation.size, 0);
  }

  prepare(): PendingBlock {
    const oldest = (this.#generations[0]?.start ?? 0) / this.#half;
    const dead = [...this.#blocks].filter(([, newest]) => newest < oldest).map(([commit]) => commit);
    const parts = this.#generations.flatMap((generation) => {
      const records = generation.unsaved();
      return records === undefined ? [] : [head(generation.start / this.#half, records.length), records];
    });
    return { payload: parts.length === 0 ? undefined : parts, dead };
  }

  settle(commit: number, { payload, dead }: PendingBlock): void {
    for (const generation of this.#generations) generation.saved();
    for (const block of dead) this.#blocks.delete(block);
    const newest = this.#generations.at(-1);
    if (payload !== undefined && newest !== undefined) this.#blocks.set(commit, newest.start / this.#half);
  }

  restore(blocks: Iterable<StoredBlock>): void {
    for (const { commit, payload } of blocks) {
      const view = new DataView(payload.buffer, payload.byteOffset, payload.byteLength);
      let newest = 0;
      for (let at = 0; at < payload.length; ) {
        const number = view.getFloat64(at, true);
        const first = at + HEAD_BYTES;
        at = first + view.getUint32(at + 8, true);
        this.#generation(number).restore(payload.subarray(first, at), this.#id);
        newest = Math.max(newest, number);
      }
      this.#blocks.set(commit, newest);
    }
  }

  #generation(number: number): Generation {
    return this.#generations.find(({ start }) => start === number * this.#half) ?? this.#insert(number, 0);
  }

  /** A new generation, as large as the last one; those older than the horizon go. */
  #begin(number: number, horizon: number): Generation {
    this.#generations = this.#generations.filter(({ start }) => start + this.#half > horizon);
    return this.#insert(number, this.#generations.at(-1)?.size ?? 0);
  }

  #insert(number: number, expectedIds: number): Generation {
    const generation = new Generation(number * this.#half, expectedIds, this.#digestBytes);
    this.#generations.push(generation);
    this.#generations.sort((a, b) => a.start - b.start);
    return generation;
  }
}

function head(generation: number, length: number): Uint8Array {
  const bytes = new Uint8Array(HEAD_BYTES);
  const view = new DataView(bytes.buffer);
  view.setFloat64(0, generation, true);
  view.setUint32(8, length, true);
  return bytes;
}
