import type { Program } from 'millrace';
import type { Accounts } from '../account/accounts.ts';
import type { CommandLog } from '../account/command.ts';
import { BudgetBook } from '../budget/budget-book.ts';
import { BudgetOwner } from '../budget/budget-owner.ts';
import { KeyLimits } from '../budget/key-limits.ts';
import { PeriodLabels } from '../budget/period-labels.ts';
import { euro, pico } from '../domain/money.ts';
import type { EpochMs, KeyId } from '../domain/names.ts';
import { costOf } from '../price/rate.ts';
import type { ChargeOf } from '../gateway/recover.ts';
import { BudgetDesk } from './budget-desk.ts';
import { KeyLimitDesk } from './key-limit-desk.ts';
import type { EmilyTables } from './program.ts';

export type SpendingLimits = {
  /** Takes the commands of the log, and then those of people. */
  readonly desk: BudgetDesk;
  /** What gateways ask. */
  readonly owner: BudgetOwner;
  /** How often keys may ask: as people set it, and as gateways ask. */
  readonly keyLimits: KeyLimitDesk;
  /** What a call of the last life is charged that was lost with it; known when all that was spent is. */
  readonly lost: ChargeOf;
  /** Goes on from what the log says was spent; to be called before the first call is admitted. */
  readonly recover: () => Promise<void>;
};

export type LimitsOptions = {
  readonly program: Program<EmilyTables>;
  readonly accounts: Accounts;
  readonly log: CommandLog;
  readonly zone: string;
  readonly now: () => EpochMs;
  readonly report: (line: string) => void;
};

/** The budgets of this Emily: one book, which people set and gateways ask. */
export function spendingLimits({ program, accounts, log, zone, now, report }: LimitsOptions): SpendingLimits {
  const book = new BudgetBook();
  const originOf = (key: KeyId): KeyId => accounts.origin(key);
  const labels = new PeriodLabels(zone);
  const desk = new BudgetDesk({ book, labels, log, now, report });
  const owner = new BudgetOwner({ book, labels, currency: euro, costOf, originOf, monotonicMs, spent: (counts) => desk.spent(counts) });
  const keyLimits = new KeyLimitDesk({ limits: new KeyLimits(monotonicMs), accounts, log, now });
  const recover = async (): Promise<void> => {
    const rows = await program.tables.spent.scan();
    for (const { key, value } of rows) book.spent(key, pico(value));
    // Those whose alert the last life did not come to say.
    desk.spent(rows.map(({ key }) => key));
  };
  const lost: ChargeOf = (call, units) => call.reserve && owner.settleLost(call, call.reserve, units);
  return { desk, owner, keyLimits, recover, lost };
}

const monotonicMs = (): number => performance.now();
