import type { Evidence } from './evidence.ts';

/** From which time on there was which evidence; one step per change. As JSON in a memo. */
export type Steps = readonly (readonly [from: number, evidence: Evidence])[];

/**
 * On what a frontier rested when it passed a time: remembered as steps, because it changes rarely.
 */
export class EvidenceSteps {
  #steps: (readonly [from: number, evidence: Evidence])[] = [];

  /** The frontier passes `time`, and everything up to the next call, with `evidence`. */
  passed(time: number, evidence: Evidence): void {
    if (this.#steps.at(-1)?.[1] !== evidence) this.#steps.push([time, evidence]);
  }

  /** The evidence with which `time` was passed; none for a time before the first. */
  at(time: number): Evidence {
    for (let i = this.#steps.length - 1; i >= 0; i -= 1) {
      const [from, evidence] = this.#steps[i] as readonly [number, Evidence];
      if (from <= time) return evidence;
    }
    return 0;
  }

  memo(): Steps {
    return this.#steps;
  }

  restore(steps: Steps): void {
    this.#steps = [...steps];
  }
}
