import type { Charge } from '../domain/budget.ts';
import type { Units } from '../domain/usage-fact.ts';
import type { Allowance, BudgetOwner, Spending } from './allowance.ts';
import type { FactWriter } from './fact-writer.ts';
import { refuse } from './refusal.ts';
import type { AdmissionTimes } from './stamps.ts';

/** How often a lease is renewed while it lasts: one late renewal frees nothing. */
const RENEWALS_PER_LEASE = 3;

/**
 * The allowances of a gateway's open calls, which it renews for as long as it lives. What a gateway that died had held
 * lapses; whichever other one notices that first says so in the log.
 */
export class Leases {
  readonly #owner: BudgetOwner;
  readonly #facts: FactWriter;
  readonly #times: AdmissionTimes;
  readonly #open = new Set<Allowance>();

  constructor(owner: BudgetOwner, facts: FactWriter, times: AdmissionTimes) {
    this.#owner = owner;
    this.#facts = facts;
    this.#times = times;
  }

  /** What the call may cost, held back until it ends; undefined where no budget counts it. */
  hold(call: Spending, most: Units): Allowance | undefined {
    const allowance = this.#owner.reserve(call, most);
    if (allowance === undefined) return undefined;
    if ('left' in allowance) throw refuse('insufficient_quota', allowance);
    this.#open.add(allowance);
    return allowance;
  }

  /** The call has ended, or was not admitted after all. */
  drop(allowance: Allowance): void {
    this.#open.delete(allowance);
  }

  /** What a call was charged is taken back. */
  refund(charge: Charge): void {
    this.#owner.refund(charge);
  }

  /** Begins to renew; what it returns ends that. */
  start(): () => void {
    const timer = setInterval(() => this.#beat(), this.#owner.leaseMs / RENEWALS_PER_LEASE);
    timer.unref();
    return () => clearInterval(timer);
  }

  #beat(): void {
    // The own ones first: a process that stood still for longer than a lease has lost none of them.
    for (const allowance of this.#open) allowance.renew();
    for (const lapsed of this.#owner.lapse()) {
      // Where the log does not take it, the next decision on that budget is as right: what lapsed is in no sum.
      this.#facts.write({ kind: 'lapsed', admittedAt: this.#times.promise(), ...lapsed }).catch(() => undefined);
    }
  }
}
