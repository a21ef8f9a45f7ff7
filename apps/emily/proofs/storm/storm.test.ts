import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { called, units, voided } from '../../src/domain/testing/facts.ts';
import type { UsageFact } from '../../src/domain/usage-fact.ts';
import { judged, type Storm } from './judged.ts';
import { storm } from './storm.ts';

test('300 calls of a stock client whose answers get lost are each billed once, and every token that replicas counted is billed, voided or free', { timeout: 200_000 }, async () => {
  const folder = mkdtempSync(join(tmpdir(), 'emily-storm-'));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  const seed = Date.now() % 1_000_000;
  console.info(`storm seed ${seed}`);
  const stormed = await storm({ folder, calls: 300, seed, at: () => undefined });
  expect(stormed.unanswered).toEqual([]);
  const { problems, account } = judged(stormed);
  expect(problems, `seed ${seed}`).toEqual([]);
  // It was one: answers were lost in each way, and some calls were voided and some output free.
  for (const fate of ['dropped', 'left', 'cut'] as const) expect(stormed.fates[fate]).toBeGreaterThan(10);
  expect(account.voided.requests).toBeGreaterThan(0);
  expect(account.free.outputTokens).toBeGreaterThan(0);
});

const facts: readonly UsageFact[] = [
  ...called('r-1', { outcome: 'cancelled', units: units(3, 0), generated: { inputTokens: 3, cachedInputTokens: 0, outputTokens: 5 } }),
  voided('r-1', { units: units(3, 0) }),
  ...called('r-2', { units: units(3, 5) }),
];
const right: Storm = {
  calls: 1,
  answered: 1,
  books: { facts, usage: units(3, 5), billed: { requests: 1, amount: 10_000_000_000n } },
  counters: { requests: 2, inputTokens: 6, outputTokens: 10 },
};

test.each<[what: string, came: Storm, problem: RegExp]>([
  ['an answer that did not come', { ...right, answered: 0 }, /^calls answered in full: expected 1, came 0/],
  ['a token that is nowhere', { ...right, counters: { ...right.counters, outputTokens: 11 } }, /^output that replicas counted: expected 11, came 10/],
  ['a call that is billed twice', { ...right, books: { ...right.books, facts: facts.filter(({ kind }) => kind !== 'voided') } }, /^calls billed: expected 1, came 2/],
  ['a call that is voided twice', { ...right, books: { ...right.books, facts: [...facts, voided('r-1', { units: units(3, 0) })] } }, /^what is voided of r-1: expected undefined/],
  ['a void of something else', { ...right, books: { ...right.books, facts: facts.map((fact) => (fact.kind === 'voided' ? { ...fact, units: units(3, 1) } : fact)) } }, /^what is voided of r-1/],
  ['a month that says something else', { ...right, books: { ...right.books, usage: units(3, 6) } }, /^outputTokens of all months: expected 5, came 6/],
  ['an invoice over more', { ...right, books: { ...right.books, billed: { requests: 1, amount: 20_000_000_000n } } }, /^amount of all invoices: expected 10000000000, came 20000000000/],
])('%s: a violation', (_, came, problem) => {
  expect(judged(right).problems).toEqual([]);
  expect(judged(came).problems).toContainEqual(expect.stringMatching(problem));
});
