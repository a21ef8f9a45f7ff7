import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { CONTENTS_KEPT, Contents, digestOf } from './contents.ts';

test('an event that is still kept is compared, one that is not cannot be', () => {
  const contents = new Contents();
  for (let sequence = 0; sequence < CONTENTS_KEPT; sequence += 1) contents.keep(sequence, { sequence });
  expect(contents.differs(0, digestOf({ sequence: 0 }))).toBe(false);
  expect(contents.differs(0, digestOf('other'))).toBe(true);
  contents.keep(CONTENTS_KEPT, 'one more');
  expect(contents.differs(0, digestOf('other'))).toBe(false);
  expect(contents.differs(1, digestOf('other'))).toBe(true);
});

test('one that comes late does not take the place of a newer one', () => {
  const contents = new Contents();
  contents.keep(CONTENTS_KEPT + 3, 'newer');
  contents.keep(3, 'late');
  expect(contents.differs(CONTENTS_KEPT + 3, digestOf('newer'))).toBe(false);
  expect(contents.differs(3, digestOf('other'))).toBe(false);
});

test('what is kept over a restart is compared as before', () => {
  const contents = new Contents();
  contents.keep(7, { a: 1 });
  const again = new Contents(contents.kept());
  expect([again.differs(7, digestOf({ a: 1 })), again.differs(7, digestOf({ a: 2 }))]).toEqual([false, true]);
});

test.each<[unknown, unknown, boolean]>([
  [{ a: 1, b: { c: 2, d: 3 } }, { b: { d: 3, c: 2 }, a: 1 }, true],
  [[1, 2], [2, 1], false],
  [{ a: 1 }, { a: '1' }, false],
  [new Map([['a', 1]]), new Map([['a', 2]]), false],
  [undefined, undefined, true],
])('%j and %j are the same content: %s', (a, b, same) => {
  expect(digestOf(a) === digestOf(b)).toBe(same);
});

test('a value that is its own part has a digest too', () => {
  const circle: Record<string, unknown> = {};
  circle['self'] = circle;
  expect(digestOf(circle)).toHaveLength(11);
});

test('the page says how many are compared', () => {
  const page = readFileSync(join(import.meta.dirname, '../../../../../docs/completeness.md'), 'utf8');
  expect(page).toContain(`Contents are compared for the newest ${CONTENTS_KEPT} events of the epoch that is under way`);
});
