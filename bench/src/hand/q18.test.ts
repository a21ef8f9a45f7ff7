import { expect, test } from 'vitest';
import { batches } from '../batches.ts';
import { expectedAnswers } from '../expected-answers.ts';
import { nexmarkEvent } from '../nexmark.ts';
import { q18 } from './q18.ts';

test('q18 of the first million events answers as specified: an upsert for each bid', () => {
  expect(q18(batches(1_000_000, nexmarkEvent))).toEqual(expectedAnswers.q18.get(1_000_000));
});
