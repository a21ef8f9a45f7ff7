import { expect, test } from 'vitest';
import { LeapingClock } from '../testing/leaping-clock.ts';
import { attemptsMax, backOffMsMax, deliver } from './deliver.ts';
import { isSuccess, type Answer } from './exchange.ts';

const answer = (status: number, more: Partial<Answer> = {}): Answer =>
  ({ status, body: `body of ${status}`, shouldRetry: undefined, retryAfterMs: 0, ...more });

/** Delivers to a server that gives these answers, the last of them for ever. */
async function deliverTo(results: readonly (Answer | Error)[], stop: AbortController = new AbortController()) {
  const clock = new LeapingClock();
  let attempts = 0;
  let retries = 0;
  const delivered = await deliver({
    what: 'row 17',
    key: 'hash:17',
    send: async () => {
      const result = results[Math.min(attempts++, results.length - 1)]!;
      if (result instanceof Error) throw result;
      return result;
    },
    isTaken: (each) => isSuccess(each) && each.body !== 'cut',
  }, { clock, signal: stop.signal, onRetry: () => retries++ }).then(() => 'taken', (error: Error) => error);
  expect(retries).toBe(clock.sleeps.length);
  return { delivered, attempts, sleeps: clock.sleeps };
}

const reset = Object.assign(new Error('read ECONNRESET'), { code: 'ECONNRESET' });

test('what is taken is sent once', async () => {
  expect(await deliverTo([answer(200)])).toEqual({ delivered: 'taken', attempts: 1, sleeps: [] });
  expect(await deliverTo([answer(202)])).toMatchObject({ delivered: 'taken', attempts: 1 });
});

test.each([
  ['a broken connection', reset], ['408', answer(408)], ['409', answer(409)], ['429', answer(429)],
  ['500', answer(500)], ['503', answer(503)], ['an answer that was cut off', answer(200, { body: 'cut' })],
])('after %s it is sent again', async (_, result) => {
  expect(await deliverTo([result, answer(200)])).toEqual({ delivered: 'taken', attempts: 2, sleeps: [50] });
});

test.each([400, 401, 404, 422])('%d stops the replay at once, with the row and the answer', async (status) => {
  const { delivered, attempts } = await deliverTo([answer(status)]);
  expect(attempts).toBe(1);
  expect(delivered).toMatchObject({
    code: 'REPLAY_STOPPED',
    message: `row 17 of the replay (hash:17) was not taken after 1 attempt: ${status} body of ${status}`,
  });
});

test('a server that says x-should-retry: false is not asked again', async () => {
  expect(await deliverTo([answer(503, { shouldRetry: false })])).toMatchObject({ attempts: 1, delivered: { code: 'REPLAY_STOPPED' } });
  expect(await deliverTo([answer(503, { shouldRetry: true }), answer(200)])).toMatchObject({ attempts: 2, delivered: 'taken' });
});

test('the wait doubles up to its limit, and after the last attempt the replay stops with the answer', async () => {
  const { delivered, attempts, sleeps } = await deliverTo([answer(503)]);
  expect(attempts).toBe(attemptsMax);
  expect(sleeps).toEqual([50, 100, 200, 400, 800, 1_600, 3_200, 5_000, 5_000]);
  expect(delivered).toMatchObject({ message: expect.stringContaining('after 10 attempts: 503 body of 503') });
});

test('the attempt before the last may still succeed', async () => {
  const failures = new Array<Error>(attemptsMax - 1).fill(reset);
  expect(await deliverTo([...failures, answer(200)])).toMatchObject({ delivered: 'taken', attempts: attemptsMax });
});

test('no answer at all is named with the reason of the system and kept as the cause', async () => {
  const { delivered } = await deliverTo([reset]);
  expect(delivered).toMatchObject({ cause: reset, message: expect.stringContaining('no answer (ECONNRESET) read ECONNRESET') });
});

test('the server may ask for a longer wait, up to the limit', async () => {
  const results = [answer(429, { retryAfterMs: 700 }), answer(429, { retryAfterMs: 60_000 }), answer(200)];
  expect((await deliverTo(results)).sleeps).toEqual([700, backOffMsMax]);
});

test('once aborted nothing more is sent, and the reason of the abort is what comes out', async () => {
  const stop = new AbortController();
  stop.abort(new Error('enough'));
  expect(await deliverTo([answer(200)], stop)).toMatchObject({ attempts: 0, delivered: { message: 'enough' } });
});
