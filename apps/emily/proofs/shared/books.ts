import { emilyProgram } from '../../src/app/program.ts';
import type { UsageFact } from '../../src/domain/usage-fact.ts';
import type { UsageMessage } from '../../src/gateway/numbering.ts';
import type { UsageTotals } from '../../src/meter/meter.ts';
import { factsOf } from '../../test/stored.ts';

/** What a stopped Emily has in its books. */
export type Books = {
  readonly facts: readonly UsageFact[];
  /** The usage of all months. */
  readonly usage: UsageTotals;
  /** All invoices. */
  readonly billed: { readonly requests: number; readonly amount: bigint };
};

/** Opens the store as the next start would, and reads its log, its usage and its invoices. */
export async function booksIn(store: string): Promise<Books> {
  const program = emilyProgram({ zone: 'Europe/Berlin', replay: false });
  await program.start({ store });
  try {
    await program.caughtUp('usage');
    const facts = factsOf([...program.read('usage')] as UsageMessage[]);
    const months = (await program.tables.perMonth.scan()).map(({ value }) => value);
    const sums = (await program.tables.invoices.scan()).flatMap(({ value }) => value);
    const total = (of: (one: UsageTotals) => number): number => months.reduce((sum, one) => sum + of(one), 0);
    return {
      facts,
      usage: { requests: total((one) => one.requests), inputTokens: total((one) => one.inputTokens), cachedInputTokens: total((one) => one.cachedInputTokens), outputTokens: total((one) => one.outputTokens) },
      billed: { requests: sums.reduce((sum, one) => sum + one.requests, 0), amount: sums.reduce((sum, one) => sum + one.amount, 0n) },
    };
  } finally {
    await program.stop();
  }
}
