import { expect, test } from 'vitest';
import { answerWhole, beginStream, chunkEvent, doneEvent, scriptedEngine, usageEvent } from './testing/scripted-engine.ts';
import { RawClient } from './testing/raw-client.ts';
import { hello, helloStreamed, stand, type Stand } from './testing/stand.ts';

/* What the log has not made durable, the client has not seen. The test holds the commits in its hand. */

const chunk = chunkEvent('flow', { input: 5, output: 1 });
const streaming = () =>
  scriptedEngine((response) => {
    beginStream(response);
    response.end(chunk + usageEvent(5, 1) + doneEvent);
  });

/** Whatever the gateway had to do before this, it has done: a whole request went through it meanwhile. */
async function roundTrip({ get }: Stand): Promise<void> {
  await (await get('/v1/models')).body.dump();
}

test('an answer that does not stream: no byte before `admitted` is durable, and none before `finished` is', async () => {
  const engine = await scriptedEngine((response) => answerWhole(response));
  const house = await stand(engine);
  house.log.holding = true;
  const client = new RawClient(house.origin).post(hello);

  const admitted = await house.log.next();
  expect(engine.outstanding).toBe(1);
  expect(admitted.facts.map(({ kind }) => kind)).toEqual(['admitted']);
  await roundTrip(house);
  expect(engine.asked).toEqual([]);
  expect(client.received).toBe('');

  admitted.release();
  const finished = await house.log.next();
  expect(finished.facts.map(({ kind }) => kind)).toEqual(['finished']);
  await roundTrip(house);
  expect(client.received).toBe('');

  finished.release();
  await client.until('as you say');
  expect(engine.outstanding).toBe(0);
  expect(client.received).toMatch(/^HTTP\/1.1 200 /);
});

test('a stream: no byte before `admitted` is durable, and no `[DONE]` before `finished` is', async () => {
  const engine = await streaming();
  const house = await stand(engine);
  house.log.holding = true;
  const client = new RawClient(house.origin).post(helloStreamed);

  const admitted = await house.log.next();
  await roundTrip(house);
  expect(engine.asked).toEqual([]);
  expect(client.received).toBe('');

  admitted.release();
  const finished = await house.log.next();
  await client.until('flow');
  await roundTrip(house);
  expect(client.received).not.toContain('[DONE]');
  expect(client.received).not.toContain('\r\n0\r\n');

  finished.release();
  await client.until('\r\n0\r\n\r\n');
  expect(client.received).toContain('data: [DONE]\n\n');
});

test('a log that refuses `admitted`: 503, the engine is not asked, and the number is used again', async () => {
  const engine = await scriptedEngine((response) => answerWhole(response));
  const house = await stand(engine);
  house.log.broken = new Error('no space left on device');
  const refused = await house.chat(hello);
  expect(refused.statusCode).toBe(503);
  expect(refused.headers['retry-after-ms']).toBe('1000');
  expect(await refused.body.json()).toMatchObject({ error: { code: 'usage_log_unavailable', type: 'server_error' } });
  expect(engine.asked).toEqual([]);
  expect(engine.outstanding).toBe(0);

  house.log.broken = undefined;
  await (await house.chat(hello)).body.dump();
  expect(house.log.numbered().map(({ value, sequence }) => [value.kind, sequence])).toEqual([['admitted', 0], ['finished', 1]]);
});

test('a log that refuses `finished`: the client gets no answer, and the call ends as lost when the log takes facts again', async () => {
  const house = await stand(await scriptedEngine((response) => answerWhole(response)));
  house.log.holding = true;
  const answer = house.chat(hello);
  (await house.log.next()).release();
  (await house.log.next()).refuse(new Error('no space left on device'));
  expect((await answer).statusCode).toBe(503);

  house.log.holding = false;
  await (await house.chat(hello)).body.dump();
  const [first, second] = house.admitted();
  expect(house.log.numbered().map(({ value, sequence }) => [value.kind, 'id' in value && value.id, sequence])).toEqual([
    ['admitted', first!.id, 0],
    ['finished', first!.id, 1],
    ['admitted', second!.id, 2],
    ['finished', second!.id, 3],
  ]);
  expect(house.finished()[0]).toMatchObject({ outcome: 'lost', provenance: 'none', units: { requests: 0, outputTokens: 0 } });
});

test('a log that refuses `finished` of a stream: it ends with an error and without `[DONE]`', async () => {
  const house = await stand(await streaming());
  house.log.holding = true;
  const client = new RawClient(house.origin).post(helloStreamed);
  (await house.log.next()).release();
  (await house.log.next()).refuse(new Error('no space left on device'));
  await client.until('\r\n0\r\n\r\n');
  expect(client.received).toContain('data: {"error":{');
  expect(client.received).toContain('usage_log_unavailable');
  expect(client.received).not.toContain('[DONE]');
  house.log.holding = false;
});

test('the sequence is the order of the log, however calls overlap', async () => {
  const house = await stand(await scriptedEngine((response) => answerWhole(response)));
  await Promise.all(Array.from({ length: 40 }, async () => (await house.chat(hello)).body.dump()));
  expect(house.log.facts).toHaveLength(80);
  expect(house.log.numbered().map(({ sequence }) => sequence)).toEqual(house.log.facts.map((_, index) => index));
  const { producer, epoch } = house.log.numbered()[0]!;
  expect([producer, epoch]).toEqual(['gateway-1', 1]);
});
