import { ASSUMED, DECLARED, type Evidence, evidenceNames, evidenceOf } from '../evidence.ts';
import type { Message, SaidDoubt } from './message.ts';

/** It goes on. */
const NO_END = Number.POSITIVE_INFINITY;

/** Event times in which something may be missing that nobody waits for any more, and on what that rests. */
export interface Doubt {
  readonly from: number;
  /** Infinity: it goes on. */
  readonly to: number;
  readonly evidence: Evidence;
  /** Who was given up; empty: everybody. */
  readonly producer: string;
}

/** As JSON in a commit; without an end it is null. */
export type StoredDoubt = Omit<Doubt, 'to'> & { readonly to: number | null };

/** The most stretches that are told apart; beyond it the two oldest become one, with all between them. */
export const DOUBTS_MAX = 256;

/**
 * Where a numbered partition's frontier passed without proof.
 *
 * The frontier itself is one number with one evidence; a window is a stretch, and may lie across the time
 * at which somebody was given up. So a window asks for its own stretch.
 */
export class Doubts {
  #list: Doubt[];
  readonly #most: number;

  constructor(list: readonly Doubt[] = [], most: number = DOUBTS_MAX) {
    this.#list = [...list];
    this.#most = most;
  }

  static of(stored: readonly StoredDoubt[], most?: number): Doubts {
    return new Doubts(stored.map((doubt) => ({ ...doubt, to: doubt.to ?? NO_END })), most);
  }

  stored(): readonly StoredDoubt[] {
    return this.#list.map((doubt) => ({ ...doubt, to: doubt.to === NO_END ? null : doubt.to }));
  }

  get list(): readonly Doubt[] {
    return this.#list;
  }

  /** What the stretch [from, to) rests on besides proof. */
  over(from: number, to: number): Evidence {
    let evidence = 0;
    for (const doubt of this.#list) if (doubt.from < to && doubt.to > from) evidence |= doubt.evidence;
    return evidence;
  }

  /** The first border behind `from`, or `to` where none is nearer. */
  border(from: number, to: number): number {
    let border = to;
    for (const doubt of this.#list) {
      if (doubt.from > from && doubt.from < border) border = doubt.from;
      if (doubt.to > from && doubt.to < border) border = doubt.to;
    }
    return border;
  }

  /** What touches it, of the same producer and for the same reason, becomes one with it. */
  add(doubt: Doubt): void {
    if (doubt.to <= doubt.from) return;
    let { from, to } = doubt;
    const others = this.#list.filter((other) => {
      // What goes on may end at any time, and leaves what has ended as it is.
      const isAlike = other.producer === doubt.producer && other.evidence === doubt.evidence && (other.to === NO_END) === (doubt.to === NO_END);
      const isApart = !isAlike || other.to < from || other.from > to;
      if (isApart) return true;
      from = Math.min(from, other.from);
      to = Math.max(to, other.to);
      return false;
    });
    this.#list = [...others, { ...doubt, from, to }];
    if (this.#list.length > this.#most) this.#join();
  }

  /** What a producer says that its promises rest on, where that is no proof. Each says all of it, so none is missed with another. */
  said({ producer, doubts = [] }: Exclude<Message<unknown>, { kind: 'event' }>): void {
    for (const { from, to, evidence } of doubts) {
      const unproved = evidenceOf(evidence) & (ASSUMED | DECLARED);
      if (unproved !== 0) this.add({ from, to: to ?? NO_END, evidence: unproved, producer });
    }
  }

  /** The same in a message. */
  message(): readonly SaidDoubt[] {
    return this.stored().map(({ from, to, evidence }) => ({ from, to, evidence: evidenceNames(evidence) }));
  }

  /** Whether something goes on for this producer. */
  goesOn(name: string): boolean {
    return this.#list.some(({ producer, to }) => producer === name && to === NO_END);
  }

  /** What goes on for this producer ends at `to`. */
  end(producer: string, to: number): void {
    this.#list = this.#list.map((doubt) => (doubt.producer === producer && doubt.to === NO_END ? { ...doubt, to: Math.max(to, doubt.from) } : doubt));
    this.#list = this.#list.filter((doubt) => doubt.to > doubt.from);
  }

  /** Joins the two oldest that have an end. */
  #join(): void {
    const ended = this.#list.filter((doubt) => doubt.to !== NO_END).toSorted((one, other) => one.from - other.from);
    const [a, b] = ended;
    if (a === undefined || b === undefined) return;
    const both = { from: Math.min(a.from, b.from), to: Math.max(a.to, b.to), evidence: a.evidence | b.evidence, producer: '' };
    this.#list = [both, ...this.#list.filter((doubt) => doubt !== a && doubt !== b)];
  }
}
