import type { Stream, Table } from 'millrace';
import type { BudgetId, Count } from '../domain/budget.ts';
import type { Metered } from '../domain/metered.ts';
import type { EpochMs, ModelId, RequestId, TenantId, UserId } from '../domain/names.ts';

export type SpentKey = { tenant: TenantId; budget: BudgetId; period: string };

export type WrittenOffKey = { tenant: TenantId; id: RequestId };

/** A call that cost more than its budgets had left when it ended. */
export type WrittenOff = {
  readonly at: EpochMs;
  readonly user: UserId;
  readonly model: ModelId;
  readonly charged: bigint;
  readonly writtenOff: bigint;
};

export type Spending = {
  /** What calls have spent of each period of each budget: what a budget goes on from when Emily starts. */
  readonly spent: Table<SpentKey, bigint>;
  readonly writtenOff: Table<WrittenOffKey, WrittenOff>;
};

/** What calls were charged against budgets. It was decided when they ended; here it is added up. */
export function spending(calls: Stream<Metered>): Spending {
  const charges = calls.flatMap(({ tenant, charge }): (Count & { readonly tenant: TenantId; readonly amount: bigint })[] =>
    charge === undefined ? [] : charge.counts.map(({ budget, period }) => ({ tenant, budget, period, amount: charge.charged })),
  );
  const overCost = calls.filter(({ charge }) => charge !== undefined && charge.writtenOff !== 0n);
  return {
    spent: charges
      .keyBy<SpentKey>({ tenant: (one) => one.tenant, budget: (one) => one.budget, period: (one) => one.period })
      .aggregate({ create: () => 0n, add: (sum, { amount }) => sum + amount, result: (sum) => sum }, { name: 'spent' }),
    writtenOff: overCost.keyBy<WrittenOffKey>({ tenant: (one) => one.tenant, id: (one) => one.voids ?? one.id }).aggregate({ create: nothing, add, result: (one) => one }, { name: 'written-off' }),
  };
}

const nothing = (): WrittenOff => ({ at: 0 as EpochMs, user: '' as UserId, model: '' as ModelId, charged: 0n, writtenOff: 0n });

/** A call is charged once, and may be voided once: then nothing of it is left. */
const add = (known: WrittenOff, { at, user, model, charge }: Metered): WrittenOff => ({
  at: known.at === 0 ? at : known.at,
  user,
  model,
  charged: known.charged + (charge?.charged ?? 0n),
  writtenOff: known.writtenOff + (charge?.writtenOff ?? 0n),
});
