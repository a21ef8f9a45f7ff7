import { expect, test } from 'vitest';
import { closingJson, closingTable } from './report.ts';

const figures = { requests: 19_366, inputTokens: 22_361_870, outputTokens: 4_088_665, seconds: 12.345 };

test('a replay closes with a table of what was counted', () => {
  expect(closingTable({ ...figures, invoices: 187, run: figures })).toBe(`\
requests           19,366
input tokens   22,361,870
output tokens   4,088,665
seconds              12.3
requests/s          1,569
invoices              187
`);
});

test('a replay that went on has the rate of what it added', () => {
  const table = closingTable({ ...figures, invoices: 187, run: { seconds: 2, requests: 1_000 } });
  expect(table).toContain('requests           19,366\n');
  expect(table).toContain('requests/s            500\n');
  expect(closingTable({ ...figures, invoices: 0, run: { seconds: 0, requests: 0 } })).toContain('requests/s              0\n');
});

test('a replay that was complete already has no time and no rate', () => {
  expect(closingTable({ ...figures, invoices: 187, run: undefined })).toBe(`\
requests           19,366
input tokens   22,361,870
output tokens   4,088,665
invoices              187
`);
});

test('for programs it closes with one line of JSON', () => {
  expect(closingJson({ ...figures, perMinute: [[1_700_158_500_000, 3], [1_700_158_560_000, 41]] })).toBe(
    '{"requests":19366,"inputTokens":22361870,"outputTokens":4088665,"perMinute":[[1700158500000,3],[1700158560000,41]],"seconds":12.345}',
  );
});
