import { ASSUMED, DECLARED, type Evidence, evidenceOf } from '../evidence.ts';
import type { Message } from './message.ts';

/** From the first time there is. */
const BEGINNING = -1;
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

  constructor(list: readonly Doubt[] = []) {
    this.#list = [...list];
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

  add(doubt: Doubt): void {
    if (doubt.to <= doubt.from) return;
    const at = this.#list.findLastIndex(({ producer, evidence, to }) => producer === doubt.producer && evidence === doubt.evidence && to === doubt.from);
    if (at >= 0) this.#list[at] = { ...(this.#list[at] as Doubt), to: doubt.to };
    else this.#list.push(doubt);
    if (this.#list.length > DOUBTS_MAX) this.#join();
  }

  /** A producer promises without proof: what lies between that and what it had promised before rests on what it says. */
  said(message: Message<unknown>, before: number): void {
    if (message.kind === 'event' || message.evidence === undefined) return;
    const evidence = evidenceOf(message.evidence) & (ASSUMED | DECLARED);
    // A goodbye may come several times.
    if (message.kind === 'close' && this.goesOn(message.producer, evidence)) return;
    if (evidence !== 0) this.add({ from: Math.max(before, BEGINNING), to: message.kind === 'close' ? NO_END : message.promise, evidence, producer: message.producer });
  }

  /** Whether something goes on for this producer, with all of this evidence at least. */
  goesOn(producer: string, evidence: Evidence = 0): boolean {
    return this.#list.some((doubt) => doubt.producer === producer && doubt.to === NO_END && (doubt.evidence & evidence) === evidence);
  }

  /** What goes on for this producer ends at `to`. */
  end(producer: string, to: number): void {
    this.#list = this.#list.map((doubt) => (doubt.producer === producer && doubt.to === NO_END ? { ...doubt, to: Math.max(to, doubt.from) } : doubt));
    this.#list = this.#list.filter((doubt) => doubt.to > doubt.from);
  }

  /** Joins the two oldest that have an end. */
  #join(): void {
    const ended = this.#list.filter((doubt) => doubt.to !== NO_END);
    const [a, b] = ended;
    if (a === undefined || b === undefined) return;
    const both = { from: Math.min(a.from, b.from), to: Math.max(a.to, b.to), evidence: a.evidence | b.evidence, producer: '' };
    this.#list = [both, ...this.#list.filter((doubt) => doubt !== a && doubt !== b)];
  }
}
