import fc from 'fast-check';
import { expect, test } from 'vitest';
import { arrivalsPerWindowMax, servegenCsv } from './servegen-csv.ts';
import { traceStartMs, type Arrival } from './trace-row.ts';

const read = (lines: readonly string[], seed = 7): Arrival[] => {
  const reader = servegenCsv.open(seed);
  return lines.flatMap((line) => [...reader.arrivals(line)]);
};

const line = fc.record({
  start: fc.integer({ min: 0, max: 10_000 }).map((window) => window * 600),
  arrivals: fc.integer({ min: 1, max: 300 }),
  cv: fc.double({ min: 0, max: 80, noNaN: true }),
  family: fc.constantFrom('Gamma', 'Weibull'),
  seed: fc.integer(),
});

test('a window has as many arrivals as its rate says, in order and strictly within it', () => {
  fc.assert(fc.property(line, ({ start, arrivals, cv, family, seed }) => {
    const text = `${start},${arrivals / 600},${cv},${family},1,1`;
    const times = read([text], seed).map(({ at }) => at - traceStartMs);
    expect(times).toHaveLength(arrivals);
    expect(servegenCsv.open(seed).count(text)).toBe(arrivals);
    expect(times).toEqual(times.toSorted((a, b) => a - b));
    expect(times.every(Number.isSafeInteger)).toBe(true);
    expect(times[0]).toBeGreaterThanOrEqual(start * 1_000);
    expect(times.at(-1)).toBeLessThan((start + 600) * 1_000);
  }));
});

test('the same seed makes the same arrivals, another seed others', () => {
  const lines = ['0,0.5,2,Gamma,1,1', '600,0.5,2,Weibull,1,1'];
  expect(read(lines)).toEqual(read(lines));
  expect(read(lines)).not.toEqual(read(lines, 8));
});

test('a window is the same whatever windows stand before it', () => {
  expect(read(['0,0.5,2,Gamma,1,1', '600,0.5,2,Gamma,1,1']).slice(300)).toEqual(read(['600,0.5,2,Gamma,1,1']));
});

test('the gaps vary as much as the line says', () => {
  const times = read(['0,100,2,Gamma,1,1']).map(({ at }) => at);
  const gaps = times.slice(1).map((time, index) => time - times[index]!);
  const mean = gaps.reduce((sum, gap) => sum + gap, 0) / gaps.length;
  const deviation = Math.sqrt(gaps.reduce((sum, gap) => sum + (gap - mean) ** 2, 0) / gaps.length);
  expect(mean).toBeCloseTo(10, 1);
  expect(deviation / mean).toBeCloseTo(2, 1);
});

test('lengths are like those of conversations, and nothing is cached', () => {
  const arrivals = read(['0,200,1,Gamma,1,1']);
  const mean = (of: (arrival: Arrival) => number): number => arrivals.reduce((sum, each) => sum + of(each), 0) / arrivals.length;
  expect(mean(({ inputTokens }) => inputTokens) / 1_155).toBeCloseTo(1, 1);
  expect(mean(({ outputTokens }) => outputTokens) / 211).toBeCloseTo(1, 1);
  expect(mean(({ cachedInputTokens }) => cachedInputTokens)).toBe(0);
});

test('an empty window has no arrivals, and needs no shape', () => {
  expect(read(['0,0,0,,0,0', '600,0,0,,0,0'])).toEqual([]);
});

test('the most arrivals of a window are counted, one more is refused', () => {
  expect(servegenCsv.open(7).count(`0,${arrivalsPerWindowMax / 600},1,Gamma,1,1`)).toBe(arrivalsPerWindowMax);
  expect(() => servegenCsv.open(7).count(`0,${(arrivalsPerWindowMax + 1) / 600},1,Gamma,1,1`)).toThrow('expected a rate from 0');
});

test.each([
  ['0,1,1,Gamma,1', 'six columns'],
  ['0.5,1,1,Gamma,1,1', 'the window to start at a whole second from 0 to 3162240000'],
  ['-600,1,1,Gamma,1,1', 'the window to start at a whole second from 0 to 3162240000'],
  ['0,fast,1,Gamma,1,1', 'a rate from 0 to 16666.666666666668 requests per second'],
  ['0,-1,1,Gamma,1,1', 'a rate from 0 to 16666.666666666668 requests per second'],
  ['0,1,-1,Gamma,1,1', 'a coefficient of variation of at least 0'],
  ['0,1,1,Pareto,1,1', 'the shape Gamma or Weibull, or none where the rate is 0'],
  ['0,1,1,,1,1', 'the shape Gamma or Weibull, or none where the rate is 0'],
])('the line %s is refused, expected: %s', (text, expected) => {
  expect(() => read([text])).toThrow(expect.objectContaining({ expected }));
});

test('a window that begins within the one before it is refused', () => {
  expect(() => read(['600,0,0,,0,0', '1199,0,0,,0,0'])).toThrow('a window that starts at 1200 s or later');
});
