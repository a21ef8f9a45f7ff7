import type { Interval } from '../../time/calendar.ts';
import { type Evidence, isProof } from '../../time/evidence.ts';
import { EvidenceSteps, type Steps } from '../../time/evidence-steps.ts';
import type { Frontier } from '../../time/frontier.ts';

/** As JSON in a memo. */
export interface FinalityMemo {
  readonly closings: Steps;
  readonly finals: Steps;
  readonly opened: readonly (readonly [end: number, evidence: Evidence])[];
}

/**
 * Since when, and on what evidence, windows are final; by their ends.
 *
 * A window that closed on proof is final at its close, and so is every window that is not retained.
 * Another one is final once the frontier is the retention past its end.
 */
export class WindowFinality {
  /** How long a closed window may be revised, in ms; 0: not at all. */
  readonly retainMs: number;
  readonly #frontier: Frontier;
  readonly #closings = new EvidenceSteps();
  readonly #finals = new EvidenceSteps();
  /** Windows that were empty when they closed, and got their first event after that. */
  readonly #opened = new Map<number, Evidence>();

  constructor(retainMs: number, frontier: Frontier) {
    this.retainMs = retainMs;
    this.#frontier = frontier;
  }

  /** A window closes: on what it is final with that, or undefined. */
  close({ start, end }: Interval): Evidence | undefined {
    const evidence = this.#frontier.evidenceOf(start, end);
    this.#closings.passed(end, evidence);
    return this.retainMs === 0 || isProof(evidence) ? evidence : undefined;
  }

  /** A window that has closed empty gets its first event. */
  openLate({ start, end }: Interval): void {
    this.#opened.set(end, this.#frontier.evidenceOf(start, end));
  }

  /** A window's retention is over: on what it became final with that, or undefined where it was final before. */
  settle({ start, end }: Interval): Evidence | undefined {
    if (isProof(this.#closing(end))) return undefined;
    const evidence = this.#frontier.evidenceOf(start, end);
    this.#finals.passed(end, evidence);
    return evidence;
  }

  /** On what a window is final when the frontier stands at `frontier`; undefined: it is not. */
  at(end: number, frontier: number): Evidence | undefined {
    if (end > frontier) return undefined;
    const closing = this.#closing(end);
    if (this.retainMs === 0 || isProof(closing)) return closing;
    return end + this.retainMs <= frontier ? this.#finals.at(end) : undefined;
  }

  /** Whether a closed window may still change; `isEmpty`: nothing had happened in it so far. */
  isRevisable({ start, end }: Interval, isEmpty: boolean): boolean {
    if (this.retainMs === 0 || end + this.retainMs <= this.#frontier.value) return false;
    return !isProof(isEmpty ? this.#frontier.evidenceOf(start, end) : this.#closing(end));
  }

  forget(end: number): void {
    this.#opened.delete(end);
  }

  memo(): FinalityMemo {
    return { closings: this.#closings.memo(), finals: this.#finals.memo(), opened: [...this.#opened] };
  }

  restore({ closings, finals, opened }: FinalityMemo): void {
    this.#closings.restore(closings);
    this.#finals.restore(finals);
    for (const [end, evidence] of opened) this.#opened.set(end, evidence);
  }

  #closing(end: number): Evidence {
    return this.#opened.get(end) ?? this.#closings.at(end);
  }
}
