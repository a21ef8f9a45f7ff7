import { createHash } from 'node:crypto';
import { kindOf } from '../../reason.ts';

/** How many of an epoch's newest events are remembered, to tell a repetition from a contradiction. */
export const CONTENTS_KEPT = 64;

/** Of an event of that number its content, as a digest. */
export type KeptContent = readonly [sequence: number, digest: string];

/**
 * What the newest events of an epoch held, so that a sequence that comes again can be compared.
 *
 * An event is kept as it came; its digest is taken when it is compared, or at the next commit. So an event
 * that is never repeated costs a place in a ring, and in the store 11 characters.
 */
export class Contents {
  readonly #sequences: number[] = [];
  readonly #values: unknown[] = [];
  readonly #digests: (string | undefined)[] = [];

  constructor(kept: readonly KeptContent[] = []) {
    for (const [sequence, digest] of kept) {
      const at = sequence % CONTENTS_KEPT;
      this.#sequences[at] = sequence;
      this.#digests[at] = digest;
    }
  }

  /** A greater sequence takes the place of the one that is CONTENTS_KEPT or more behind it. */
  keep(sequence: number, value: unknown): void {
    const at = sequence % CONTENTS_KEPT;
    const there = this.#sequences[at];
    if (there !== undefined && there > sequence) return;
    this.#sequences[at] = sequence;
    this.#values[at] = value;
    this.#digests[at] = undefined;
  }

  /** Whether the event of that number had another content; one that is no longer kept cannot be judged, and has not. */
  differs(sequence: number, digest: string): boolean {
    const at = sequence % CONTENTS_KEPT;
    return this.#sequences[at] === sequence && this.#digest(at) !== digest;
  }

  kept(): readonly KeptContent[] {
    const kept: KeptContent[] = [];
    this.#sequences.forEach((sequence, at) => kept.push([sequence, this.#digest(at)]));
    return kept.sort(([a], [b]) => a - b);
  }

  #digest(at: number): string {
    let digest = this.#digests[at];
    if (digest === undefined) {
      digest = digestOf(this.#values[at]);
      this.#digests[at] = digest;
      this.#values[at] = undefined;
    }
    return digest;
  }
}

const DIGEST_BYTES = 8;

/** 64 bits of a value's content; the order of its fields does not matter. */
export function digestOf(value: unknown): string {
  let text: string | undefined;
  try {
    text = JSON.stringify(value, canonical);
  } catch {
    // Circular, or with a toJSON that throws: only its kind can be compared.
    text = kindOf(value);
  }
  return createHash('sha256').update(text ?? String(value)).digest().subarray(0, DIGEST_BYTES).toString('base64url');
}

function canonical(_name: string, value: unknown): unknown {
  if (typeof value === 'bigint') return `${value}n`;
  if (value instanceof Map || value instanceof Set) return [...value];
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return value;
  const names = Object.keys(value);
  if (names.every((name, i) => i === 0 || (names[i - 1] as string) <= name)) return value;
  return Object.fromEntries(names.sort().map((name) => [name, (value as Record<string, unknown>)[name]]));
}
