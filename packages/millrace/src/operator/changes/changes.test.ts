import { expect, test } from 'vitest';
import { Moment } from '../../task/moment.ts';
import { Recorder } from '../../testing/fixture-recorder.ts';
import { marbles } from '../../testing/marbles.ts';
import { tumbling } from '../../time/windowing.ts';
import type { Change, Row } from '../row.ts';
import { Changes } from './changes.ts';

const row: Row<string, number> = { key: 'a', window: undefined, value: 1, time: 4, revision: 0, finality: 'provisional', evidence: [] };

test('a window appears when it closes, caused by the frontier that reached its end', () => {
  const run = marbles(({ line }) => line.keyBy((e) => e.letter).window(tumbling(5)).count(), { line: 'ab---c' });
  const common = { window: { start: 0, end: 5 }, before: undefined, after: 1, time: 4, revision: 0, finality: 'final', evidence: ['assumed'] };
  expect(run.changes()).toEqual([
    { ...common, key: 'a', cause: { kind: 'frontier', time: 5 } },
    { ...common, key: 'b', cause: { kind: 'frontier', time: 5 } },
  ]);
});

test('a change says from what to what; a row that goes ends in undefined', () => {
  const out = new Recorder<Change<string, number>>();
  const changes = new Changes<string, number>(new Moment(), out);
  changes.push(row);
  changes.revise(row, { ...row, value: 2, revision: 1 });
  changes.revise({ ...row, value: 2, revision: 1 }, undefined);
  changes.revise(undefined, undefined);
  expect(out.calls).toMatchObject([
    ['push', { before: undefined, after: 1, revision: 0 }],
    ['push', { before: 1, after: 2, revision: 1 }],
    ['push', { before: 2, after: undefined }],
  ]);
  expect(out.calls).toHaveLength(3);
});
