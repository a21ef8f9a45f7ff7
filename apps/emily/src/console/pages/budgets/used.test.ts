import { expect, test } from 'vitest';
import { usedOf } from './used.ts';

const used = (limit: string, spent: string, reserved: string, left: string) => usedOf({ limit, current: { period: '2026-11', spent, reserved, left } });

test('what is spent and held back are parts of the limit, and together never more than it', () => {
  expect(used('5.00', '1.00', '0.50', '3.50')).toEqual({ spent: 0.2, reserved: 0.1, state: 'room' });
  expect(used('5.00', '4.00', '0', '1.00')).toEqual({ spent: 0.8, reserved: 0, state: 'near' });
  expect(used('5.00', '3.00', '2.00', '0')).toEqual({ spent: 0.6, reserved: 0.4, state: 'full' });
  expect(used('5.00', '7.00', '1.00', '0')).toEqual({ spent: 1, reserved: 0, state: 'full' });
});

test('a limit of nothing is full', () => {
  expect(used('0', '0', '0', '0')).toEqual({ spent: 1, reserved: 0, state: 'full' });
});
