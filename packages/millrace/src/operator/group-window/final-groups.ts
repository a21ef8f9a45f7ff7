import type { KeyPart } from '../../state/key.ts';
import type { PendingBlock, Persisted, StoredBlock } from '../../state/persisted.ts';
import type { Duration } from '../../time/duration.ts';
import { ID_BYTES_MAX, type EventId, IdBytes } from '../dedupe/id-bytes.ts';
import { type Counters, type Stateful, noCounters } from '../stateful.ts';
import { type FinalGroup, FINAL_GROUP_BYTES_MAX, readFinalGroup, writeFinalGroup } from './final-group-bytes.ts';
import { FinalStretch } from './final-stretch.ts';

/** Groups go by stretches of event time, so many in the time for which they are needed. */
const STRETCHES = 4;

/*
 * The groups that became final since the last commit; the payload of its CHANGELOG block.
 *
 *   payload := (stretch:f64 length:u32 record*)*     little-endian; records as in final-stretch.ts
 */
const HEAD_BYTES = 12;

/**
 * Final groups that nobody asks for any more, of which only what judges late events is needed: where they are.
 *
 * They are never changed, and forgotten by stretches of event time as a whole; what is remembered longer than
 * it is needed judges nothing. As bytes they take a fifth of what they take as rows.
 */
export class FinalGroups implements Persisted, Stateful {
  readonly name: string;
  readonly signature: string = SIGNATURE;
  /** A store of before has its final groups as rows, and goes on with them. */
  readonly mayBeNew = true as const;
  readonly counters: Counters = noCounters();
  readonly #neededMs: Duration;
  readonly #stretchMs: Duration;
  readonly #key = new IdBytes();
  readonly #group = new Uint8Array(FINAL_GROUP_BYTES_MAX);
  readonly #view = new DataView(this.#group.buffer);
  /** Oldest first; few. */
  #stretches: FinalStretch[] = [];
  /** What markers call their sources by number. */
  #sources: string[] = [];
  /** For each block on disk its newest stretch. */
  readonly #blocks = new Map<number, number>();

  /** `of`: the name of the windows; `neededMs`: how long a group is needed after its end. */
  constructor(of: string, neededMs: Duration) {
    this.name = `${of} final`;
    this.#neededMs = neededMs;
    this.#stretchMs = Math.ceil(neededMs / STRETCHES);
  }

  get state(): this {
    return this;
  }

  /** Remembers a group that ends at `end`; false: it has something that has no room here. */
  add(parts: readonly KeyPart[], end: number, group: FinalGroup): boolean {
    if (!this.#read(parts)) return false;
    const length = writeFinalGroup(this.#view, group, (source) => this.#numberOf(source));
    if (length === 0) return false;
    this.#stretch(Math.floor(end / this.#stretchMs)).add(this.#key, this.#group.subarray(0, length));
    return true;
  }

  /** The groups of a key, in no order. */
  find(parts: readonly KeyPart[]): readonly FinalGroup[] {
    if (this.#stretches.length === 0 || !this.#read(parts)) return none;
    let groups: FinalGroup[] | undefined;
    for (const stretch of this.#stretches) stretch.find(this.#key, (view, at) => (groups ??= []).push(readFinalGroup(view, at, this.#sources)));
    return groups ?? none;
  }

  /** Forgets what is not needed once the frontier is at `time`. */
  forget(time: number): void {
    while (this.#stretches.length > 0 && ((this.#stretches[0] as FinalStretch).number + 1) * this.#stretchMs + this.#neededMs <= time) this.#stretches.shift();
  }

  size(): number {
    return this.#stretches.reduce((sum, { size }) => sum + size, 0);
  }

  prepare(): PendingBlock {
    const oldest = this.#stretches[0]?.number ?? Number.POSITIVE_INFINITY;
    const dead = [...this.#blocks].filter(([, newest]) => newest < oldest).map(([commit]) => commit);
    const parts = this.#stretches.flatMap((stretch) => {
      const records = stretch.unsaved();
      return records === undefined ? [] : [head(stretch.number, records.length), records];
    });
    return { payload: parts.length === 0 ? undefined : parts, dead };
  }

  settle(commit: number, { payload, dead }: PendingBlock): void {
    for (const stretch of this.#stretches) stretch.saved();
    for (const block of dead) this.#blocks.delete(block);
    const newest = this.#stretches.at(-1);
    if (payload !== undefined && newest !== undefined) this.#blocks.set(commit, newest.number);
  }

  restore(blocks: Iterable<StoredBlock>): void {
    for (const { commit, payload } of blocks) {
      const view = new DataView(payload.buffer, payload.byteOffset, payload.byteLength);
      let newest = Number.NEGATIVE_INFINITY;
      for (let at = 0; at < payload.length; ) {
        const number = view.getFloat64(at, true);
        const first = at + HEAD_BYTES;
        at = first + view.getUint32(at + 8, true);
        this.#stretch(number).restore(payload.subarray(first, at), this.#key);
        newest = Math.max(newest, number);
      }
      this.#blocks.set(commit, newest);
    }
  }

  memo(): unknown {
    return { sources: this.#sources };
  }

  restored(memo: unknown): void {
    this.#sources = [...(memo as { readonly sources: readonly string[] }).sources];
  }

  committed(): void {}

  /** The bytes of a key; false: it cannot be one of these. */
  #read(parts: readonly KeyPart[]): boolean {
    let bytes = 0;
    for (const part of parts) {
      if (part === null || typeof part === 'boolean') return false;
      bytes += typeof part === 'number' ? 9 : 3 + 2 * (typeof part === 'string' ? part.length : String(part).length);
    }
    if (bytes > ID_BYTES_MAX) return false;
    this.#key.set(parts as EventId);
    return true;
  }

  #numberOf(source: string): number {
    const known = this.#sources.indexOf(source);
    return known >= 0 ? known : this.#sources.push(source) - 1;
  }

  #stretch(number: number): FinalStretch {
    const known = this.#stretches.findLast((one) => one.number === number);
    if (known !== undefined) return known;
    const stretch = new FinalStretch(number, this.#stretches.at(-1));
    this.#stretches.push(stretch);
    this.#stretches.sort((a, b) => a.number - b.number);
    return stretch;
  }
}

/** By this the tools know what is in the blocks. */
export const SIGNATURE = 'final groups';

const none: readonly never[] = [];

function head(stretch: number, length: number): Uint8Array {
  const bytes = new Uint8Array(HEAD_BYTES);
  const view = new DataView(bytes.buffer);
  view.setFloat64(0, stretch, true);
  view.setUint32(8, length, true);
  return bytes;
}
