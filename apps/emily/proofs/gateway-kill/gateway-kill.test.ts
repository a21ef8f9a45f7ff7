import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { admitted, finished, units } from '../../src/domain/testing/facts.ts';
import type { UsageFact } from '../../src/domain/usage-fact.ts';
import { noUnits } from '../../src/domain/usage-fact.ts';
import type { Books } from '../shared/books.ts';
import { judged, type Life } from './judged.ts';
import type { Seen } from './load.ts';
import { killRounds } from './rounds.ts';

test('Emily and a replica are killed under load, three times: nothing is billed twice, what finished in full, and of streams all but their last moment', { timeout: 280_000 }, async () => {
  const folder = mkdtempSync(join(tmpdir(), 'emily-gateway-kill-'));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  const seed = Date.now() % 1_000_000;
  console.info(`gateway-kill seed ${seed}`);
  const { lives, books, gap } = await killRounds({ folder, rounds: 3, seed, at: () => undefined });
  const { problems, figures } = judged(lives, books);
  expect([...gap.problems, ...problems], `seed ${seed}`).toEqual([]);
  expect(figures.admitted).toBeGreaterThan(0);
});

const seen = (more: Partial<Seen> = {}): Seen => ({ id: 'r-1', words: 5, counts: [[1, 800], [2, 850], [3, 900]], end: 'broken', ...more });
const lives = (...all: readonly Seen[]): readonly Life[] => [{ killedMs: 1_000, seen: all }];
const books = (facts: readonly UsageFact[], usage = units(3, 1)): Books => ({ facts, usage, billed: { requests: usage.requests, amount: 0n } });
const lost = finished('r-1', { outcome: 'lost', provenance: 'engine-running', units: units(3, 1) });
const right = books([admitted('r-1'), lost]);

test('of a stream that was lost, the tokens that came and are not billed are counted, and how long before the kill they came', () => {
  expect(judged(lives(seen()), right)).toMatchObject({ problems: [], figures: { admitted: 1, lost: 1, billedInPart: 1, unbilledTokens: 2, unbilledMsMost: 150 } });
});

test.each<[what: string, saw: Seen, came: Books, problem: RegExp]>([
  ['an admission that has no end', seen(), books([admitted('r-1')], noUnits), /^r-1 was admitted and has 0 ends/],
  ['one that has two', seen(), books([admitted('r-1'), lost, lost], units(6, 2, 2)), /^r-1 was admitted and has 2 ends/],
  ['a month that says something else', seen(), books(right.facts, units(3, 2)), /^outputTokens of all months: expected 1, came 2/],
  ['an answer that came whole and is lost', seen({ end: 'whole' }), right, /^r-1 was answered with 5 words, and is lost with 1/],
  ['one that is in no log', seen({ id: 'r-2' }), right, /^r-2 was answered, and is in no log/],
  ['more billed than came', seen({ counts: [] }), right, /^r-1 was billed 1 tokens, and 0 of them came/],
  ['too long a time that is not billed', seen({ counts: [[1, 100], [2, 200]] }), right, /^r-1: the last 800 ms before the kill are not billed/],
])('%s: a violation', (_, saw, came, problem) => {
  expect(judged(lives(saw), came).problems).toContainEqual(expect.stringMatching(problem));
});
