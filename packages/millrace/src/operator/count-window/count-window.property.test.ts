import fc from 'fast-check';
import { test } from 'vitest';
import { type OwnWindowsProperty, type Policies, checkOwnWindows, policies } from '../../testing/fixture-own-windows.ts';
import { counted } from '../../testing/reference/counted.ts';
import { sumOf } from '../../testing/reference/results.ts';
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
    expected: (stream) => {
      const by = { key: (e: { key: string }) => e.key, events, partial, ...chosen };
      return {
        sums: counted(stream, { ...by, result: (values) => sumOf(values, (e) => e.n) }),
        lists: counted(stream, { ...by, result: (values) => values.map((e) => e.id) }),
      };
    },
  };
}

test('windows of so many events equal the reference, whatever the batches, the commits and the crashes', () => {
  checkOwnWindows(settings, property, 'memory');
});

test('windows of so many events equal the reference on disk too', () => {
  checkOwnWindows(settings, property, 'disk');
});
