import { expect, test } from 'vitest';
import { whyStanding, type Standing } from './why.ts';

const december = Date.UTC(2026, 10, 30, 23);
const provisional: Standing = { finality: 'provisional', evidence: ['assumed'], frontier: december - 86_400_000, period: { end: december, zone: 'Europe/Berlin' } };

test('an open month says until when it may change, in the customer’s zone', () => {
  expect(whyStanding(provisional)).toContain('open until 1 Dec 2026, 00:00 (Europe/Berlin)');
});

test('a month that has ended says what it waits for', () => {
  expect(whyStanding({ ...provisional, frontier: december })).toContain('becomes final as soon as every gateway has reported');
});

test('how far it is complete comes with its evidence, and united evidence is all named', () => {
  expect(whyStanding({ ...provisional, evidence: ['proved', 'declared'] })).toMatch(/Complete up to .*proved \(.*\), declared \(/);
});

test('where nothing is promised that is said, instead of a time', () => {
  expect(whyStanding({ ...provisional, frontier: null, evidence: [] })).toContain('No gateway has promised anything yet');
});

test('a final amount says that it never changes, and why that is believed', () => {
  expect(whyStanding({ ...provisional, finality: 'final', evidence: ['ended'] })).toBe('Final: it never changes; ended (the input is over). If it turns out wrong, a correction is issued beside it.');
});

test('a month of usage from elsewhere waits for what may still be sent in', () => {
  expect(whyStanding({ ...provisional, frontier: december, measured: 'elsewhere' })).toContain('may be sent in for three days more');
  expect(whyStanding({ ...provisional, frontier: null, evidence: [], measured: 'elsewhere' })).toContain('Nothing is known yet of what may still be sent in');
});
