import { expect, test } from 'vitest';
import { parseOrder } from './arguments.ts';
import type { Outcome } from './carry-out.ts';
import { type Figures, figures } from './compare.ts';
import { jsonLine } from './json-line.ts';
import { table } from './table.ts';

const side = (...cpuSeconds: number[]): Figures =>
  figures(2_000_000, cpuSeconds.map((seconds) => ({ rows: 14_977, checksum: 863_287_800, seconds, cpuSeconds: seconds, rssMb: 90 })));

const order = parseOrder(['q2', '--events', '2000000', '--hand']);
const outcome: Outcome = { subject: side(0.4, 0.5), hand: side(0.32), generator: side(0.32), disagreements: [] };

test('the line for machines has the engine first, the loop beside it and the ratio of their CPU times', () => {
  expect(JSON.parse(jsonLine(order, outcome))).toEqual({
    query: 'q2', store: 'memory', events: 2_000_000,
    seconds: 0.4, cpuSeconds: 0.4, eventsPerSecond: 5_000_000, rows: 14_977, checksum: 863_287_800, rssMb: 90, spread: 0.25,
    hand: { seconds: 0.32, cpuSeconds: 0.32, eventsPerSecond: 6_250_000, rows: 14_977, checksum: 863_287_800, rssMb: 90, spread: 0 },
    ratio: 0.8,
    generator: { seconds: 0.32, cpuSeconds: 0.32, eventsPerSecond: 6_250_000, rows: 14_977, checksum: 863_287_800, rssMb: 90, spread: 0 },
    handOfGenerator: 1,
    stream: 'nexmark', repeat: 3,
  });
});

test('m2 is set beside m1 too', () => {
  const m2 = { subject: side(1), m1: side(0.6), disagreements: [] };
  expect(JSON.parse(jsonLine(parseOrder(['m2', '--events', '1']), m2))).toMatchObject({ query: 'm2', store: 'disk', ofM1: 0.6 });
});

test('m1-producers is set beside m1', () => {
  const producers = { subject: side(0.5), m1: side(0.4), disagreements: [] };
  const beside = parseOrder(['m1-producers', '--events', '5']);
  expect(JSON.parse(jsonLine(beside, producers))).toMatchObject({ query: 'm1-producers', store: 'memory', ofM1: 0.8 });
  expect(table(beside, producers, 1)).toMatch(/of m1 0\.80: CPU time of m1 with an assumed bound .*\nrows and checksums agree$/);
});

test('the table for people says the same in a line for each side and a sentence for each ratio', () => {
  expect(table(order, outcome, 1)).toBe(`
q2 · state in memory · 2,000,000 events · the best of 3 runs · pinned to core 1

                   CPU s  spread  wall s  M events/CPU s  peak MB    rows     checksum
millrace           0.400   +25 %   0.400            5.00       90  14,977  863,287,800
hand-written loop  0.320    +0 %   0.320            6.25       90  14,977  863,287,800
nexmark generator  0.320    +0 %   0.320            6.25       90  14,977  863,287,800

ratio 0.80: CPU time of the hand-written loop ÷ millrace's; 1 is as fast as the loop
the loop runs at 1.00 of the bare generator; a limit takes 0.88
rows and checksums are those of the specification`.slice(1));
});

test('a loop too slow to be a limit is called that', () => {
  expect(table(order, { ...outcome, hand: side(0.5) }, undefined)).toMatch(
    'the loop runs at 0.64 of the bare generator; TOO SLOW to be a limit, which takes 0.88',
  );
});
