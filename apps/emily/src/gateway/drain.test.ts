import { expect, test } from 'vitest';
import { answerWhole, beginStream, chunkEvent, doneEvent, scriptedEngine, usageEvent } from './testing/scripted-engine.ts';
import { RawClient } from './testing/raw-client.ts';
import { hello, helloStreamed, stand } from './testing/stand.ts';

test('a stop waits for the stream that is open, and refuses new calls on connections that are', async () => {
  const asked = Promise.withResolvers<() => void>();
  const engine = await scriptedEngine((response) => {
    beginStream(response);
    response.write(chunkEvent('first', { input: 4, output: 1 }));
    asked.resolve(() => response.end(chunkEvent('last', { input: 4, output: 2 }) + usageEvent(4, 2) + doneEvent));
  });
  const house = await stand(engine);
  const idle = new RawClient(house.origin);
  idle.socket.write('GET /v1/models HTTP/1.1\r\nhost: a\r\nauthorization: Bearer ada\r\n\r\n');
  await idle.until('"tiny"');
  const client = new RawClient(house.origin).post(helloStreamed);
  await client.until('first');

  const closed = house.app.close();
  idle.received = '';
  idle.post(helloStreamed);
  await idle.until('"code":"draining"');
  (await asked.promise)();
  await closed;
  await client.closed();
  expect(client.received).toContain('last');
  expect(client.received).toContain('[DONE]');
  expect(house.finished()).toMatchObject([{ outcome: 'completed', units: { outputTokens: 2 } }]);
});

test('a stream that does not end in time is cut off: an error in it, free, and recorded before the server is closed', async () => {
  const engine = await scriptedEngine((response) => {
    beginStream(response);
    response.write(chunkEvent('first', { input: 4, output: 1 }));
  });
  const house = await stand(engine, { limits: { drainMsMax: 20 } });
  const client = new RawClient(house.origin).post(helloStreamed);
  await client.until('first');
  await house.app.close();
  await client.closed();
  expect(client.received).toContain('"code":"draining"');
  expect(client.received).not.toContain('[DONE]');
  expect(house.finished()).toMatchObject([{ outcome: 'failed', units: { requests: 0 } }]);
});

test('a stop with nothing open is at once', async () => {
  const house = await stand(await scriptedEngine((response) => answerWhole(response)));
  await house.app.close();
  expect(house.log.facts).toEqual([]);
});

const timers = () => process.getActiveResourcesInfo().filter((name) => name === 'Timeout').length;

test('a call that has ended leaves no timer behind', async () => {
  const house = await stand(await scriptedEngine((response) => answerWhole(response)));
  const before = timers();
  for (let i = 0; i < 50; i++) await (await house.chat(hello)).body.dump();
  expect(timers() - before).toBeLessThan(25);
});
