import { expect, test } from 'vitest';
import { encodeSpilledKey } from '../store/spilled-key.ts';
import { KeyFilter } from './key-filter.ts';

const KEYS = 200_000;
const keyOf = (n: number | string): Uint8Array => encodeSpilledKey([n]) as Uint8Array;

test('it has every key that was added, and few others, before and after it has grown', () => {
  for (const room of [0, KEYS]) {
    const filter = new KeyFilter(room);
    for (let n = 0; n < KEYS; n += 1) filter.add(keyOf(n));
    for (let n = 0; n < KEYS; n += 1) if (!filter.mayHave(keyOf(n))) expect.fail(`key ${n} is lost`);
    let wrong = 0;
    for (let n = KEYS; n < 2 * KEYS; n += 1) if (filter.mayHave(keyOf(n))) wrong += 1;
    // Of one part one in a hundred, about; here there are up to two.
    expect(wrong / KEYS).toBeLessThan(0.05);
  }
});

test('texts are told apart as numbers are', () => {
  const filter = new KeyFilter(1000);
  for (let n = 0; n < 1000; n += 1) filter.add(keyOf(`user-${n}`));
  const others = Array.from({ length: 1000 }, (_, n) => filter.mayHave(keyOf(`user-${n + 1000}`)));
  expect(others.filter(Boolean).length).toBeLessThan(50);
});
