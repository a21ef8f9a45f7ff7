import { expect, test } from 'vitest';
import { type Subject, doneFiles, emptyRecord, parseRecord, recordText, recordedOf, withFile } from './record.ts';

const subject: Subject = { commit: 'c0ffee', node: '24.0.0', runsAsked: 1000, seed: 7 };
const property = { operator: 'window', name: 'equals the reference', runs: 1000, ms: 1549, violated: false };
const now = new Date(Date.UTC(2026, 10, 22, 23, 5, 9, 87));
const fine = recordedOf('b.property.test.ts', [property, { ...property, name: 'on disk', runs: 25 }], now);
const violated = recordedOf('a.property.test.ts', [{ ...property, violated: true }], now);

test('a file is told with its properties, its runs and its seconds, and when it was', () => {
  expect(fine).toMatchObject({ operator: 'window', date: '2026-11-22T23:05:09Z', runs: 1025, seconds: 3.1, violations: 0 });
  expect(fine.properties).toEqual([{ name: 'equals the reference', runs: 1000, seconds: 1.5, violated: false }, { name: 'on disk', runs: 25, seconds: 1.5, violated: false }]);
});

test('a record goes on where it was: what is done is not tried again, what was violated is', () => {
  const record = withFile(withFile(emptyRecord(subject), fine), violated);
  expect(record).toMatchObject({ ...subject, runs: 2025, violations: 1 });
  expect(record.files.map(({ file }) => file)).toEqual(['a.property.test.ts', 'b.property.test.ts']);
  expect(doneFiles(record)).toEqual(['b.property.test.ts']);
  const mended = withFile(record, { ...violated, violations: 0 });
  expect(mended).toMatchObject({ runs: 2025, violations: 0 });
  expect(doneFiles(mended)).toHaveLength(2);
});

test('a record is of one commit, one Node, one number of runs and one seed; who names no seed takes its own', () => {
  const text = recordText(withFile(emptyRecord(subject), fine));
  expect(parseRecord(text, subject)?.files).toEqual([fine]);
  expect(parseRecord(text, { ...subject, seed: undefined })?.seed).toBe(7);
  for (const other of [{ commit: 'c0ffee+' }, { node: '26.0.0' }, { runsAsked: 10 }, { seed: 8 }]) expect(parseRecord(text, { ...subject, ...other })).toBeUndefined();
  expect(parseRecord(undefined, subject)).toBeUndefined();
});
