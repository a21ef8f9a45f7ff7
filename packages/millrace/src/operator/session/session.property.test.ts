import fc from 'fast-check';
import { test } from 'vitest';
import { type OwnWindowsProperty, type Policies, checkOwnWindows, expectedOf, policies } from '../../testing/fixture-own-windows.ts';
import { sessions } from '../../testing/reference/sessions.ts';
import { session } from '../../time/own-windowing.ts';

const settings = fc.record({ gap: fc.constantFrom(1, 3, 10, 25), chosen: policies });

function property({ gap, chosen }: { gap: number; chosen: Policies }): OwnWindowsProperty {
  return {
    windowing: session(gap),
    chosen,
    expected: expectedOf(chosen, (events, by) => sessions(events, { ...by, gap })),
  };
}

test('sessions equal the reference, whatever the disorder, the batches, the commits and the crashes', () => {
  checkOwnWindows(settings, property, 'memory');
});

test('sessions equal the reference on disk too', () => {
  checkOwnWindows(settings, property, 'disk');
});
