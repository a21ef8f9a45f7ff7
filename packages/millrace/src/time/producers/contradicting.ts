import { digestOf } from './contents.ts';
import type { Message } from './message.ts';

/** How many contradictions are remembered. */
const CONTRADICTIONS_KEPT = 1000;

/** Messages that contradicted, so that one that comes again is a repetition, whatever was decided on it, and no other contradiction. */
export class Contradicting {
  /** In the order in which they came. */
  readonly #keys: Set<string>;

  constructor(keys: readonly string[] = []) {
    this.#keys = new Set(keys);
  }

  has(message: Message<unknown>): boolean {
    return this.#keys.has(keyOf(message));
  }

  /** The oldest is forgotten where there are too many. */
  add(message: Message<unknown>): void {
    this.#keys.add(keyOf(message));
    if (this.#keys.size > CONTRADICTIONS_KEPT) this.#keys.delete(this.#keys.values().next().value as string);
  }

  stored(): readonly string[] {
    return [...this.#keys];
  }
}

function keyOf(message: Message<unknown>): string {
  const digest = digestOf(message.kind === 'event' ? message.value : undefined);
  const { producer, epoch, kind, sequence, previous } = message;
  return JSON.stringify([producer, epoch, kind, sequence, message.kind === 'heartbeat' ? message.promise : null, previous, digest]);
}
