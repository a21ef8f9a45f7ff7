import { cpSync, readFileSync, rmSync, truncateSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Classes } from './regions.ts';

/** One thing that is done to a copy of the store. */
export interface Damage {
  readonly class: string;
  readonly how: How;
  readonly file: string;
  readonly at: number;
  /** What lies there then; empty where the file is cut there. */
  readonly bytes: readonly number[];
}

export type How = 'flip' | 'zero' | 'swap' | 'set' | 'stale' | 'cut';

const ZERO_BYTES_MAX = 16;
/** Nobody reads what is in these: it is the business of the classes in them. */
const CUT = 'data cut';
const STALE = 'page stale';

/** Numbers from 0 up to, not including, `end`. */
export type Draw = (end: number) => number;

/** The same numbers for the same seed: mulberry32. */
export function drawer(seed: number): Draw {
  let state = seed >>> 0;
  return (end) => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return Math.floor((((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32) * end);
  };
}

/** Draws damages of a store: each class as often as any other, so that the small ones are not forgotten. */
export class Damager {
  readonly #path: string;
  readonly #classes: Classes;
  /** The same store some commits ago: where its pages come from when a write is lost. */
  readonly #before: Buffer;
  readonly #files = new Map<string, Buffer>();
  readonly #draw: Draw;
  readonly names: readonly string[];
  #next = 0;

  constructor(path: string, before: string, classes: Classes, draw: Draw) {
    this.#path = path;
    this.#classes = classes;
    this.#draw = draw;
    this.#before = readFileSync(join(before, 'data.mdb'));
    this.names = [...classes.keys(), CUT, STALE].toSorted();
  }

  /** The next one; it changes something. */
  draw(): Damage {
    const name = this.names[this.#next % this.names.length] as string;
    this.#next += 1;
    if (name === CUT) return { class: name, how: 'cut', file: 'data.mdb', at: this.#draw(this.#bytes('data.mdb').length), bytes: [] };
    for (;;) {
      const damage = name === STALE ? this.#stale() : this.#one(name);
      const old = this.#bytes(damage.file).subarray(damage.at, damage.at + damage.bytes.length);
      if (Buffer.compare(old, Buffer.from(damage.bytes)) !== 0) return damage;
    }
  }

  #one(name: string): Damage {
    const regions = this.#classes.get(name) ?? [];
    const { file, start, length } = regions[this.#draw(regions.length)] as { file: string; start: number; length: number };
    const old = this.#bytes(file);
    const at = start + this.#draw(length);
    const left = start + length - at;
    const how = (['flip', 'zero', 'swap', 'set'] as const)[this.#draw(4)] as How;
    const byte = old[at] as number;
    if (how === 'flip') return { class: name, how, file, at, bytes: [byte ^ (1 << this.#draw(8))] };
    if (how === 'set') return { class: name, how, file, at, bytes: [this.#draw(256)] };
    if (how === 'zero') return { class: name, how, file, at, bytes: Array.from({ length: Math.min(left, 1 + this.#draw(ZERO_BYTES_MAX)) }, () => 0) };
    const other = this.#draw(left);
    const bytes = [...old.subarray(at, at + other + 1)];
    [bytes[0], bytes[other]] = [bytes[other] as number, bytes[0] as number];
    // Where swapping changes nothing, another bit does.
    return Buffer.compare(Buffer.from(bytes), old.subarray(at, at + other + 1)) === 0 ? { class: name, how: 'flip', file, at, bytes: [byte ^ (1 << this.#draw(8))] } : { class: name, how, file, at, bytes };
  }

  #stale(): Damage {
    const pageBytes = 4096;
    const pages = Math.floor(Math.min(this.#before.length, this.#bytes('data.mdb').length) / pageBytes);
    const at = this.#draw(pages) * pageBytes;
    return { class: STALE, how: 'stale', file: 'data.mdb', at, bytes: [...this.#before.subarray(at, at + pageBytes)] };
  }

  #bytes(file: string): Buffer {
    const known = this.#files.get(file) ?? readFileSync(join(this.#path, file));
    this.#files.set(file, known);
    return known;
  }
}

/** A copy of the store with the damage done. */
export function damaged(path: string, copy: string, damage: Damage | undefined): void {
  rmSync(copy, { recursive: true, force: true });
  cpSync(path, copy, { recursive: true });
  if (damage === undefined) return;
  const file = join(copy, damage.file);
  if (damage.how === 'cut') return truncateSync(file, damage.at);
  const bytes = readFileSync(file);
  bytes.set(damage.bytes, damage.at);
  writeFileSync(file, bytes);
}

