import { expect, test } from 'vitest';
import { Recorder } from '../../testing/fixture-recorder.ts';
import { marbles } from '../../testing/marbles.ts';
import { tumbling } from '../../time/windowing.ts';
import type { Row } from '../row.ts';
import { Final } from './final.ts';

const row = (finality: 'final' | 'provisional'): Row<string, number> => ({
  key: 'a',
  window: { start: 0, end: 5 },
  value: 1,
  time: 4,
  revision: 0,
  finality,
  evidence: [],
});

test('the rows of a closing window pass as facts, each once', () => {
  const run = marbles(({ line }) => line.keyBy((e) => e.letter).window(tumbling(5)).count().final().map((one) => one.key), { line: 'ab--aa-|' });
  expect(run.rows()).toEqual(['a', 'b', 'a']);
});

test('what may still change does not pass', () => {
  const out = new Recorder<Row<string, number>>();
  const final = new Final(out);
  final.revise(undefined, row('provisional'));
  final.revise(row('provisional'), row('provisional'));
  final.revise(row('provisional'), undefined);
  expect(out.calls).toEqual([]);
});

test('a row that is final when it appears passes', () => {
  const out = new Recorder<Row<string, number>>();
  new Final(out).revise(undefined, row('final'));
  expect(out.calls).toEqual([['push', row('final')]]);
});

test('a row that becomes final passes then', () => {
  const out = new Recorder<Row<string, number>>();
  new Final(out).revise(row('provisional'), row('final'));
  expect(out.calls).toEqual([['push', row('final')]]);
});
