import { expect, test } from 'vitest';
import { hasLoop, measureSide } from './sides.ts';
import { queries, type QueryName } from './workload.ts';

const events = 20_000;
const answerOf = async (...[query, side, task]: Parameters<typeof measureSide>): Promise<{ rows: number; checksum: number }> => {
  const { rows, checksum } = await measureSide(query, side, task);
  return { rows, checksum };
};

const withLoop = (Object.keys(queries) as QueryName[]).filter(hasLoop);

test.for(withLoop)('the engine and the loop give the same answer to %s', async (query) => {
  const answer = await answerOf(query, 'millrace', { events });
  expect(answer.rows).toBeGreaterThan(0);
  expect(answer).toEqual(await answerOf(query, 'hand', { events }));
});

test('events that come in messages are the same events', async () => {
  expect(await answerOf('m1', 'millrace', { events, inMessages: true })).toEqual(await answerOf('m1', 'hand', { events }));
});

test('there is a loop for every query that names its speed, and for no other', () => {
  for (const [query, { loopOfGenerator }] of Object.entries(queries)) {
    expect([query, hasLoop(query as QueryName)]).toEqual([query, loopOfGenerator !== undefined]);
  }
});

test('a side that does not exist is named', async () => {
  await expect(measureSide('m1-producers', 'hand', { events })).rejects.toThrow('m1-producers has no hand-written loop');
});
