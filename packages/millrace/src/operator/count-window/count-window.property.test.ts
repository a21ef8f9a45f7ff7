import fc from 'fast-check';
import { test } from 'vitest';
import { type OwnWindowsProperty, type Policies, checkOwnWindows, expectedOf, policies } from '../../testing/fixture-own-windows.ts';
import { counted } from '../../testing/reference/counted.ts';
import { countWindow } from '../../time/own-windowing.ts';

interface Setting {
  readonly events: number;
  readonly partial: boolean;
  readonly chosen: Policies;
}

const settings = fc.record({ events: fc.constantFrom(1, 2, 3, 7), partial: fc.boolean(), chosen: policies.map((chosen) => ({ ...chosen, retain: 0 })) });

function property({ events, partial, chosen }: Setting): OwnWindowsProperty {
  return {
    windowing: countWindow(events, { partial }),
    chosen,
    expected: expectedOf(chosen, (stream, by) => counted(stream, { ...by, events, partial })),
  };
}

test('windows of so many events equal the reference, whatever the batches, the commits and the crashes', () => {
  checkOwnWindows(settings, property, 'memory');
});

test('windows of so many events equal the reference on disk too', () => {
  checkOwnWindows(settings, property, 'disk');
});
