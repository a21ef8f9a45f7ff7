import { expect, test } from 'vitest';
import { byOperator, closingLine, jsonLine, table } from './tally.ts';

const property = { operator: 'window', name: 'equals the reference', runs: 1000, ms: 1500, violated: false };
const lines = byOperator([property, { ...property, name: 'on disk', runs: 25, ms: 4000, violated: true }, { ...property, operator: 'filter', ms: 40 }]);

test('properties are counted by operator, in the order of their names', () => {
  expect(lines).toEqual([
    { operator: 'filter', properties: 1, runs: 1000, ms: 40, violations: 0 },
    { operator: 'window', properties: 2, runs: 1025, ms: 5500, violations: 1 },
  ]);
});

test('the closing line has all counts, the seed and the violations', () => {
  expect(closingLine(lines, 7)).toBe('2 operators, 3 properties, 2025 runs, seed 7, violations: 1');
  expect(JSON.parse(jsonLine(lines, { runs: 1000, seed: 7 }))).toMatchObject({ seed: 7, runsAsked: 1000, runs: 2025, violations: 1 });
  expect(table(lines).split('\n')).toContain('| window | 2 | 1,025 | 5.5 | 1 |');
});
