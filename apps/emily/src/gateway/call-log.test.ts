import { expect, test } from 'vitest';
import { scriptedEngine, wholeJson, type Script } from './testing/scripted-engine.ts';
import { stand, type Stand } from './testing/stand.ts';

const PROMPT = 'the-secret-of-the-prompt';
const ANSWER = 'the-secret-of-the-answer';
const asked = { model: 'tiny', messages: [{ role: 'user', content: PROMPT }], user: 'ana' };

const whole: Script = (response) => void response.writeHead(200, { 'content-type': 'application/json' }).end(wholeJson(ANSWER, 7, 3));

type Line = Readonly<Record<string, unknown>>;

/** A stand whose lines are read back. */
async function logged(script: Script): Promise<{ readonly house: Stand; readonly lines: (level: 'debug' | 'info' | 'error') => readonly Line[]; readonly all: () => string }> {
  const written: string[] = [];
  const house = await stand(await scriptedEngine(script), {}, { write: (line) => void written.push(line) });
  const numbers = { debug: 20, info: 30, error: 50 };
  const lines = (level: keyof typeof numbers): readonly Line[] => written.map((line) => JSON.parse(line) as Line).filter((line) => line['level'] === numbers[level]);
  return { house, lines, all: () => written.join('') };
}

test('a call leaves one line: who asked for what, how it ended, and how long that took', async () => {
  const { house, lines, all } = await logged(whole);
  const { body, headers } = await house.chat(asked);
  await body.dump();
  const [line, ...more] = lines('info').filter(({ msg }) => msg === 'call');
  expect(more).toEqual([]);
  expect(line).toMatchObject({ request: headers['x-request-id'], tenant: 'ada', key: 'key-of-ada', model: 'tiny', stream: false, outcome: 'completed', units: { inputTokens: 7, outputTokens: 3 }, provenance: 'engine-final', replica: 'scripted', totalMs: expect.any(Number) });
  expect(all()).not.toMatch(new RegExp(`${PROMPT}|${ANSWER}|Bearer`));
});

test('an answer that is repeated, a refusal, and a stranger have lines of their own', async () => {
  const { house, lines, all } = await logged(whole);
  const key = { 'idempotency-key': 'once' };
  for (const headers of [key, key]) await (await house.chat(asked, headers)).body.dump();
  await (await house.chat({ ...asked, model: 'none' })).body.dump();
  await (await house.chat(asked, { authorization: 'Bearer em_stranger_secret' })).body.dump();
  const calls = lines('info').filter(({ msg }) => msg === 'call');
  expect(calls.map(({ tenant, model, outcome, code }) => [tenant, model, outcome, code])).toEqual([
    ['ada', 'tiny', 'completed', undefined],
    ['ada', 'tiny', 'repeated', undefined],
    ['ada', 'none', 'refused', 'model_not_found'],
  ]);
  expect(lines('debug').filter(({ msg }) => msg === 'call')).toMatchObject([{ outcome: 'refused', code: 'invalid_api_key', status: 401 }]);
  expect(all()).not.toMatch(new RegExp(`${PROMPT}|${ANSWER}|em_stranger`));
});

test('what an engine says when it fails is told as the cause, and the call as failed', async () => {
  const { house, lines, all } = await logged((response) => void response.writeHead(500).end('{"error":{"message":"out of memory"}}'));
  await (await house.chat(asked)).body.dump();
  expect(lines('info').filter(({ msg }) => msg === 'call')).toMatchObject([{ outcome: 'failed', tenant: 'ada' }]);
  expect(lines('error')).toMatchObject([{ code: 'engine_failed', err: { message: expect.stringContaining('out of memory') } }]);
  expect(all()).not.toContain(PROMPT);
});
