import { expect, test } from 'vitest';
import { epochMs, priceId } from '../domain/names.ts';
import { Stamps, TraceTimes } from './stamps.ts';
import { answerWhole, scriptedEngine } from './testing/scripted-engine.ts';
import { hello, stand } from './testing/stand.ts';

const engine = () => scriptedEngine((response) => answerWhole(response));
const replay = { secret: 'of this run', latest: epochMs(1_700_158_546_680) };
const at = (ms: number | string) => ({ 'x-replay-time': String(ms), 'x-replay-secret': replay.secret });

test('in a replay a call was admitted exactly when it says, in any order, at the price of that time', async () => {
  const asked: number[] = [];
  const house = await stand(await engine(), {
    replay,
    priceInForce: (_model, time) => {
      asked.push(time);
      return priceId(`price-at-${time}`);
    },
  });
  for (const ms of [1_700_158_546_680, 1_700_158_546_679]) {
    const { headers, body } = await house.chat(hello, at(ms));
    expect(headers['x-price-id']).toBe(`price-at-${ms}`);
    await body.dump();
  }
  expect(house.admitted().map(({ admittedAt }) => admittedAt)).toEqual([1_700_158_546_680, 1_700_158_546_679]);
  expect(house.finished().map(({ admittedAt }) => admittedAt)).toEqual([1_700_158_546_680, 1_700_158_546_679]);
  expect(asked).toEqual([1_700_158_546_680, 1_700_158_546_679]);
});

test.each([{}, at(''), at('-1'), at('1.5'), at('yesterday'), at('99999999999999999')])('in a replay a call with the time %j is refused, and is no fact', async (headers) => {
  const house = await stand(await engine(), { replay });
  const { statusCode, body } = await house.chat(hello, headers as Record<string, string>);
  expect(statusCode).toBe(400);
  expect(await body.json()).toMatchObject({ error: { code: 'invalid_replay_time' } });
  expect(house.log.facts).toEqual([]);
});

test('outside a replay nobody sets the time', async () => {
  const house = await stand(await engine());
  const { statusCode, body } = await house.chat(hello, at(1_700_158_546_680));
  expect(statusCode).toBe(400);
  expect(await body.json()).toMatchObject({ error: { code: 'replay_not_enabled' } });
  expect(house.admitted()).toEqual([]);
});

test('stamps follow the clock and never go back, after a restart neither', () => {
  const times = [5, 9, 3, 10].map(epochMs);
  const clock = { now: () => times.shift()!, monotonicMs: () => 0 };
  const stamps = new Stamps(clock, epochMs(7));
  expect([stamps.next(), stamps.next(), stamps.next(), stamps.next()]).toEqual([7, 9, 9, 10]);
});

test('in a replay a call may be half of the longest call behind the newest, and no more: it was promised that none follows', async () => {
  const house = await stand(await engine(), { replay });
  const newest = 1_700_158_546_680;
  const status = async (ms: number): Promise<number> => {
    const { statusCode, body } = await house.chat(hello, at(ms));
    await body.dump();
    return statusCode;
  };
  expect([await status(newest), await status(newest - 300_000)]).toEqual([200, 200]);
  const { statusCode, body } = await house.chat(hello, at(newest - 300_001));
  expect(statusCode).toBe(400);
  expect(await body.json()).toMatchObject({ error: { code: 'replay_time_too_old', message: expect.stringContaining('2023-11-16T18:10:46.680Z') } });
  expect(house.log.facts).toHaveLength(4);
});

test('what an earlier life promised binds the next one, in a replay too', () => {
  const times = new TraceTimes({ secret: '', latest: epochMs(120) }, 10, epochMs(100));
  const taken = [99, 105, 120, 121].map((ms) => [times.take(epochMs(ms)), times.promise()]);
  expect(taken).toEqual([['too-old', 100], ['taken', 100], ['taken', 110], ['too-new', 110]]);
});

test('a call that does not show the secret of the run is none of the replay, whoever sends it, and no fact', async () => {
  const house = await stand(await engine(), { replay });
  for (const secret of [undefined, '', 'of another run', `${replay.secret} `.repeat(2)]) {
    const headers: Record<string, string> = { 'x-replay-time': '1700158546680', ...(secret !== undefined && { 'x-replay-secret': secret }) };
    const { statusCode, body } = await house.chat(hello, headers);
    expect([statusCode, await body.json()]).toEqual([400, { error: expect.objectContaining({ code: 'replay_not_enabled' }) }]);
  }
  expect(house.log.facts).toEqual([]);
});

test.each([1_700_158_546_681, 253_402_300_799_999, 8_640_000_000_000_001])('a call at %d, later than the last row of the trace, is refused, and promises nothing', async (ms) => {
  const house = await stand(await engine(), { replay });
  const { statusCode, body } = await house.chat(hello, at(ms));
  expect([statusCode, await body.json()]).toEqual([400, { error: expect.objectContaining({ code: 'replay_time_too_new', expected: 'a time up to 2023-11-16T18:15:46.680Z' }) }]);
  expect(house.log.facts).toEqual([]);
  const { statusCode: next, body: served } = await house.chat(hello, at(1_700_158_546_000));
  await served.dump();
  expect(next).toBe(200);
});
