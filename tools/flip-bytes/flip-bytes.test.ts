import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { UsageError, parseOrder } from './arguments.ts';
import { drawer } from './damage.ts';
import { Judging } from './judging.ts';
import { flipBytes } from './run.ts';
import { Tally, outcomeOf } from './tally.ts';

/** Each class of bytes is damaged so often here; `npm run flip-bytes` does it for as long as one likes. */
const FLIPS_EACH = 3;
const CLASSES_MIN = 39;

test('every damage, in every class of bytes of every file, is named by the engine and by fsck, or changes nothing', async () => {
  const violations: string[] = [];
  const { tally, classes } = await flipBytes({ seed: 20_261_123, flips: FLIPS_EACH * 41 }, (line) => violations.push(line));
  expect(violations).toEqual([]);
  expect(tally.violations).toBe(0);
  expect(classes).toBeGreaterThanOrEqual(CLASSES_MIN);
  const facts = tally.facts();
  expect(Object.keys(facts)).toHaveLength(classes);
  // What every program reads cannot be damaged without a name.
  for (const name of ['meta payload', 'changelog payload', 'output payload', 'log payload', 'subscribers payload', 'leaf keys']) expect(facts[name]).toEqual({ named: expect.any(Number) });
  // What is read only to go back is found by fsck.
  expect(facts['rewind payload']).toEqual({ found: expect.any(Number) });
  for (const name of ['block checksum', 'block magic', 'block place']) expect(facts[name]).not.toHaveProperty('harmless');
  // And what nobody reads changes nothing.
  for (const name of ['free-page all', 'leaf gap', 'committing all', 'lock all', 'has-data all']) expect(facts[name]).toEqual({ harmless: expect.any(Number) });
}, 120_000);

const undamaged = { kind: 'ran', before: 'one', after: 'two' } as const;

test.each([
  ['the process ended', { ended: 'SIGSEGV' }],
  ['something else', { found: [], foundAfter: [], engine: { kind: 'ran', before: 'other', after: 'two' } }],
  ['something else', { found: ['CORRUPT_BLOCK'], foundAfter: [], engine: { kind: 'ran', before: 'one', after: 'other' } }],
  ['fsck finds nothing', { found: [], foundAfter: [], engine: { kind: 'refused', code: 'CORRUPT_BLOCK', message: 'no' } }],
  ['without a name', { found: ['CORRUPT_BLOCK'], foundAfter: [], engine: { kind: 'failed', message: 'TypeError' } }],
  ['only after', { found: [], foundAfter: ['CORRUPT_BLOCK'], engine: undamaged }],
] as const)('a violation: %s', (why, judgement) => {
  expect(outcomeOf(judgement, undamaged)).toEqual({ outcome: 'violation', why: expect.stringContaining(why) });
});

test.each([
  ['named', { found: ['CORRUPT_BLOCK'], foundAfter: [], engine: { kind: 'refused', code: 'CORRUPT_BLOCK', message: 'no' } }],
  ['found', { found: ['CORRUPT_BLOCK'], foundAfter: [], engine: undamaged }],
  ['harmless', { found: [], foundAfter: [], engine: undamaged }],
] as const)('%s is no violation', (outcome, judgement) => {
  expect(outcomeOf(judgement, undamaged).outcome).toBe(outcome);
});

test('a process that is ended by what it is given is started anew for the next', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'millrace-judging-'));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  const judging = new Judging();
  const gone = judging.judge(join(folder, 'one'));
  judging.close();
  expect(await gone).toEqual({ ended: 'SIGTERM' });
  expect(await judging.judge(join(folder, 'other'))).toMatchObject({ found: ['NO_STORE'], engine: { kind: 'ran' } });
  judging.close();
});

test('the table and the facts have every class once', () => {
  const tally = new Tally();
  tally.add('leaf keys', 'named');
  tally.add('leaf keys', 'named');
  tally.add('lock all', 'harmless');
  tally.add('lock all', 'violation');
  expect(tally.facts()).toEqual({ 'leaf keys': { named: 2 }, 'lock all': { harmless: 1, violation: 1 } });
  expect(tally.table().split('\n')).toHaveLength(4);
  expect(tally.violations).toBe(1);
});

test('one seed draws the same numbers, another one others', () => {
  const drawn = (seed: number): readonly number[] => {
    const draw = drawer(seed);
    return Array.from({ length: 20 }, () => draw(1000));
  };
  expect(drawn(1)).toEqual(drawn(1));
  expect(drawn(1)).not.toEqual(drawn(2));
  expect(drawn(7).every((number) => Number.isInteger(number) && number >= 0 && number < 1000)).toBe(true);
});

test('what is asked for is understood, or refused', () => {
  expect(parseOrder([])).toEqual({ flips: 400, seed: undefined, json: false });
  expect(parseOrder(['--flips', '7', '--seed', '3', '--json'])).toEqual({ flips: 7, seed: 3, json: true });
  for (const argv of [['--flips', '0'], ['--seed', '-1'], ['--flips', 'x'], ['--nothing'], ['more']]) expect(() => parseOrder(argv)).toThrow(UsageError);
});
