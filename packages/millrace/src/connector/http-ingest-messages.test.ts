import { expect, test } from 'vitest';
import { LINES_TYPE, given, opened, send } from '../testing/fixture-ingest.ts';

const event = (sequence: number): object => ({ kind: 'event', producer: 'p', epoch: 1, sequence, value: { id: sequence } });

test('with messages it takes what producers send, as it came; what is no message refuses only itself', async () => {
  const server = await opened({ messages: true });
  expect(new URL(server.spec.address().url).pathname).toBe('/messages');
  const heartbeat = { kind: 'heartbeat', producer: 'p', epoch: 1, sequence: 1, promise: 5, previous: { epoch: 0, sequence: 7 } };
  expect(await send(server, JSON.stringify(event(0)))).toMatchObject({ status: 200, body: { accepted: 1, bad: [] } });
  const { body } = await send(server, JSON.stringify([event(1), { id: 'a' }, { ...event(2), sequence: -1 }, heartbeat, event(1)]));
  expect(body).toEqual({
    accepted: 3,
    bad: [
      { index: 1, reason: "has the kind (missing), expected 'event', 'heartbeat' or 'close'" },
      { index: 2, reason: 'has the sequence -1, expected an integer of at least 0' },
    ],
  });
  const lines = await send(server, `${JSON.stringify(event(2))}\n5\n${JSON.stringify(event(3))}`, LINES_TYPE);
  expect(lines.body).toEqual({ accepted: 2, bad: [{ line: 2, reason: 'is 5, expected an object' }] });
  expect(given(server)).toMatchObject([
    event(0),
    event(1),
    { reason: 'malformed', message: expect.stringMatching(/^message 1 of a request has the kind/) as string },
    { reason: 'malformed' },
    heartbeat,
    event(1),
    event(2),
    { reason: 'malformed', raw: '5' },
    event(3),
  ]);
});

test('without messages there is nothing where producers send to, so none is taken for an event', async () => {
  const { spec } = await opened();
  expect((await fetch(new URL('/messages', spec.address().url), { method: 'POST', body: '[]' })).status).toBe(404);
});
