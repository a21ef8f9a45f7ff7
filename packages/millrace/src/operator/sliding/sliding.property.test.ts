import fc from 'fast-check';
import { test } from 'vitest';
import { type OwnWindowsProperty, type Policies, checkOwnWindows, expectedOf, policies } from '../../testing/fixture-own-windows.ts';
import { slid } from '../../testing/reference/slid.ts';
import { sliding } from '../../time/own-windowing.ts';

const settings = fc.record({ length: fc.constantFrom(1, 3, 10, 40), chosen: policies });

function property({ length, chosen }: { length: number; chosen: Policies }): OwnWindowsProperty {
  return {
    windowing: sliding(length),
    chosen,
    expected: expectedOf(chosen, (events, by) => slid(events, { ...by, length })),
  };
}

test('sliding windows equal the reference, whatever the disorder, the batches, the commits and the crashes', () => {
  checkOwnWindows(settings, property, 'memory');
});

test('sliding windows equal the reference on disk too', () => {
  checkOwnWindows(settings, property, 'disk');
});
