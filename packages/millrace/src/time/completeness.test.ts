import { expect, test } from 'vitest';
import { fedByHand, readByHand } from '../testing/fixture-source.ts';
import { pipeline } from '../stream/pipeline.ts';
import { type SequencesOptions, sequences } from './completeness.ts';
import { minutes, seconds } from './duration.ts';
import type { Message } from './producers/message.ts';

test.each<[Partial<SequencesOptions>, string]>([
  [{ silentAfter: 0 }, 'silentAfter: 0'],
  [{ silentAfter: 1.5 }, 'silentAfter: 1.5'],
  [{ silentAfter: 10, lostAfter: 9 }, 'at least silentAfter (10)'],
  [{ onSilent: 'panic' as never }, "expected 'wait', 'assume' or 'hold'"],
  [{ onUnknown: 'greet' as never }, "expected 'join' or 'bad'"],
  [{ roster: ['a', 'a'] }, 'expected names, each once'],
  [{ roster: [''] }, 'expected names, each once'],
  [{ onUnknown: 'bad' }, 'name who may send'],
])('sequences(%j) is refused', (options, message) => {
  expect(() => sequences({ silentAfter: seconds(1), ...options })).toThrow(message);
  expect(() => sequences({ silentAfter: seconds(1), ...options })).toThrow(RangeError);
});

test('describe says what a numbered source is told', () => {
  const text = (options: Partial<SequencesOptions>): string =>
    pipeline('p', (app) => {
      app.source('calls', fedByHand<Message<number>>(), { time: (at) => at, complete: sequences({ silentAfter: seconds(30), ...options }) }).to(app.sink('out', readByHand()));
    }).describe();
  expect(text({})).toContain('numbered by whoever joins (proved), silent after 30 s: wait, ahead');
  expect(text({ roster: ['a', 'b'], onSilent: 'hold' })).toContain('numbered by a, b and whoever joins (proved), silent after 30 s: hold');
  expect(text({ roster: ['a'], onUnknown: 'bad', lostAfter: minutes(5) })).toContain('numbered by a (proved), silent after 30 s: wait, lost after 5 min');
});
