import fc from 'fast-check';
import { test } from 'vitest';
import { type OwnWindowsProperty, type Policies, checkOwnWindows, expectedOf, policies } from '../../testing/fixture-own-windows.ts';
import type { Made } from '../../testing/fixture-scenario.ts';
import { grouped } from '../../testing/reference/group-windows.ts';
import { group } from '../../time/group-windowing.ts';

const settings = fc.record({ timeout: fc.constantFrom(1, 5, 12, 40), chosen: policies });

// Ids are id0 to id9: some open, some close, one does both, and the others are what comes in between.
const open = (e: Made): boolean => ['id0', 'id1', 'id2', 'id3'].includes(e.id);
const close = (e: Made): boolean => ['id3', 'id4', 'id5', 'id6'].includes(e.id);

function property({ timeout, chosen }: { timeout: number; chosen: Policies }): OwnWindowsProperty {
  return {
    windowing: group({ open, close, timeout }),
    chosen,
    expected: expectedOf(chosen, (events, by) => grouped(events, { ...by, open, close, timeout })),
  };
}

test('groups equal the reference, whatever the disorder, the batches, the commits and the crashes', () => {
  checkOwnWindows(settings, property, 'memory');
});

test('groups equal the reference on disk too', () => {
  checkOwnWindows(settings, property, 'disk');
});
