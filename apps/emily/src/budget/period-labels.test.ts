import { expect, test } from 'vitest';
import { epochMs } from '../domain/names.ts';
import { PeriodLabels } from './period-labels.ts';

const labels = new PeriodLabels('Europe/Berlin');
const at = (time: string): string => `${labels.at(epochMs(Date.parse(time))).day} of ${labels.at(epochMs(Date.parse(time))).month}`;

test('days and months begin at midnight of the zone, in winter and in summer', () => {
  expect(at('2026-11-30T22:59:59.999Z')).toBe('2026-11-30 of 2026-11');
  expect(at('2026-11-30T23:00:00.000Z')).toBe('2026-12-01 of 2026-12');
  expect(at('2026-07-31T21:59:59.999Z')).toBe('2026-07-31 of 2026-07');
  expect(at('2026-07-31T22:00:00.000Z')).toBe('2026-08-01 of 2026-08');
});

test('going back in time, it says what it said then', () => {
  expect(at('2026-11-30T23:00:00.000Z')).toBe('2026-12-01 of 2026-12');
  expect(at('2026-11-30T22:59:00.000Z')).toBe('2026-11-30 of 2026-11');
});
