import type { Charge, ProjectId, Reserve } from '../domain/budget.ts';
import type { RequestId, TenantId } from '../domain/names.ts';
import type { Asked, Finished, Units } from '../domain/usage-fact.ts';

/** A call that asks for its budgets, and the project that its key belongs to. */
export type Spending = Asked & { readonly project?: ProjectId | undefined };

/** What a call may cost, held back for it in all budgets that count it, from its admission to its end. */
export interface Allowance {
  readonly reserve: Reserve;
  /** The call has ended so: decides what it is charged, once, and frees the rest. */
  settle(end: Pick<Finished, 'outcome' | 'units' | 'provenance'>): Charge;
  /** That is in the log. */
  commit(): void;
  /** Nothing is charged: the log has no admission of it, or no end. */
  release(): void;
  /** The call goes on. */
  renew(): void;
}

/** A budget that has no room for a call, in words: whose it is, and amounts with their currency. */
export type NoRoom = { readonly budget: string; readonly limit: string; readonly left: string; readonly most: string };

export type LapsedReserve = { readonly id: RequestId; readonly tenant: TenantId; readonly reserve: Reserve };

/** Who decides what may still be spent: one for all gateways that serve an organisation. */
export interface BudgetOwner {
  /** For so long a reserve is held that nobody renews. */
  readonly leaseMs: number;
  /** Holds back what these units would cost, the most that the call may come to; undefined where no budget counts it. */
  reserve(call: Spending, most: Units): Allowance | NoRoom | undefined;
  /** A call that was charged is voided, in the log: that is free again. */
  refund(charge: Charge): void;
  /** Frees what nobody has renewed, and says what that was. */
  lapse(): readonly LapsedReserve[];
}
