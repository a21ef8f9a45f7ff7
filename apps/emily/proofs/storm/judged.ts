import { isFinished, isVoided, noUnits, type Units } from '../../src/domain/usage-fact.ts';
import type { Books } from '../shared/books.ts';
import type { Counters } from '../shared/replicas.ts';

/** What one request costs at the launch price, in 10⁻¹². */
const CENT = 10_000_000_000n;

export type Account = { readonly billed: Units; readonly voided: Units; readonly free: Units; readonly counters: Counters };

export type Storm = {
  /** What clients asked for, each once. */
  readonly calls: number;
  /** What they got, each with as many words as it asked for. */
  readonly answered: number;
  readonly books: Books;
  /** Of all replicas together. */
  readonly counters: Counters;
};

/** Where every token that the replicas counted has gone; and what is wrong with that, in sentences. */
export function judged({ calls, answered, books, counters }: Storm): { readonly problems: readonly string[]; readonly account: Account } {
  const ends = books.facts.filter(isFinished);
  const voids = books.facts.filter(isVoided);
  const charged = sumOf(ends.map(({ units }) => units));
  const voided = sumOf(voids.map(({ units }) => units));
  const billed = less(charged, voided);
  const free = less(sumOf(ends.map(({ units, generated }) => ({ ...units, ...generated }))), charged);
  const problems: string[] = [];
  const expectSame = (what: string, expected: unknown, came: unknown): void => {
    if (expected !== came) problems.push(`${what}: expected ${expected}, came ${came}`);
  };
  expectSame('calls answered in full', calls, answered);
  expectSame('calls billed', calls, billed.requests);
  expectSame('calls that replicas counted', counters.requests, ends.length);
  expectSame('input that replicas counted', counters.inputTokens, billed.inputTokens + voided.inputTokens + free.inputTokens);
  expectSame('output that replicas counted', counters.outputTokens, billed.outputTokens + voided.outputTokens + free.outputTokens);
  for (const unit of ['requests', 'inputTokens', 'outputTokens'] as const) expectSame(`${unit} of all months`, billed[unit], books.usage[unit]);
  expectSame('requests of all invoices', calls, books.billed.requests);
  expectSame('amount of all invoices', BigInt(calls) * CENT, books.billed.amount);
  const chargedById = new Map(ends.map(({ id, units }) => [id, units]));
  for (const { id, units } of voids) {
    expectSame(`what is voided of ${id}`, JSON.stringify(chargedById.get(id)), JSON.stringify(units));
    chargedById.delete(id); // Nothing is voided twice.
  }
  return { problems, account: { billed, voided, free, counters } };
}

const sumOf = (all: readonly Units[]): Units => all.reduce((sum, one) => combined(sum, one, 1), noUnits);
const less = (one: Units, other: Units): Units => combined(one, other, -1);

const combined = (one: Units, other: Units, sign: 1 | -1): Units => ({
  requests: one.requests + sign * other.requests,
  inputTokens: one.inputTokens + sign * other.inputTokens,
  cachedInputTokens: one.cachedInputTokens + sign * other.cachedInputTokens,
  outputTokens: one.outputTokens + sign * other.outputTokens,
});
