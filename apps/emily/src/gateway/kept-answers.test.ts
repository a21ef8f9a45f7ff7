import { expect, test } from 'vitest';
import { requestId } from '../domain/names.ts';
import { KeptAnswers, type Answer } from './kept-answers.ts';

const answer = (request: string): Answer => ({ request: requestId(request), headers: {}, body: Buffer.alloc(1_000) });

test('an answer kept again in place of an old one takes the room of one', () => {
  const kept = new KeptAnswers(4_100, 10, () => 0);
  for (let i = 0; i < 10; i++) kept.keep('a', answer(`a-${i}`));
  kept.keep('b', answer('b'));
  expect(kept.get('a')?.request).toBe('a-9');
  expect(kept.get('b')?.request).toBe('b');
});

test('an answer larger than all the room is not kept, and takes nothing else along but room', () => {
  const kept = new KeptAnswers(1_500, 10, () => 0);
  kept.keep('a', answer('a'));
  expect(kept.get('a')).toBeUndefined();
});

test('an answer whose time is over is swept away, asked for or not, and gives its room back', () => {
  let now = 0;
  const kept = new KeptAnswers(2_100, 10, () => now);
  kept.keep('a', answer('a'));
  now = 9;
  kept.sweep();
  expect(kept.bytes).toBe(2_024);
  now = 10;
  kept.sweep();
  expect(kept.bytes).toBe(0);
  kept.keep('b', answer('b'));
  expect(kept.get('b')?.request).toBe('b');
});
