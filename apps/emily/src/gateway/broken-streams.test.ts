import { once } from 'node:events';
import type { Socket } from 'node:net';
import { expect, test, vi } from 'vitest';
import { answerWhole, beginStream, chunkEvent, doneEvent, scriptedEngine, usageEvent } from './testing/scripted-engine.ts';
import { RawClient } from './testing/raw-client.ts';
import { hello, helloStreamed, stand } from './testing/stand.ts';

/* Streams that do not end well: who pays for what. */

const running = (output: number) => chunkEvent(`word-${output}`, { input: 9, output });

test('the client leaves in mid-stream: the engine is stopped, billed is the input and what had been written', async () => {
  const stopped = Promise.withResolvers<void>();
  const engine = await scriptedEngine((response) => {
    beginStream(response);
    response.on('close', stopped.resolve);
    response.write(running(1) + running(2));
  });
  const house = await stand(engine);
  const client = new RawClient(house.origin).post(helloStreamed);
  await client.until('word-2');
  client.leave();
  await stopped.promise;
  await vi.waitFor(() => expect(house.finished()).toHaveLength(1));
  expect(house.finished()[0]).toMatchObject({
    outcome: 'cancelled',
    provenance: 'engine-running',
    units: { requests: 1, inputTokens: 9, cachedInputTokens: 0, outputTokens: 2 },
  });
  expect(engine.outstanding).toBe(0);
});

test('the client leaves before anything was counted: the call is free', async () => {
  const asked = Promise.withResolvers<void>();
  const engine = await scriptedEngine(() => asked.resolve());
  const house = await stand(engine);
  const client = new RawClient(house.origin).post(helloStreamed);
  await asked.promise;
  client.leave();
  await vi.waitFor(() => expect(house.finished()).toHaveLength(1));
  expect(house.finished()[0]).toMatchObject({ outcome: 'cancelled', provenance: 'none', units: { requests: 0, inputTokens: 0, outputTokens: 0 } });
});

test('the client leaves a call that does not stream: it runs to its end, the input is billed and the output is free', async () => {
  const asked = Promise.withResolvers<() => void>();
  const engine = await scriptedEngine((response) => asked.resolve(() => answerWhole(response, 'unheard', 7, 3)));
  const house = await stand(engine);
  const connected = once(house.app.server, 'connection') as Promise<[Socket]>;
  const client = new RawClient(house.origin).post(hello);
  const [serverSide] = await connected;
  const noticed = new Promise((resolve) => serverSide.once('close', resolve));
  const answer = await asked.promise;
  client.leave();
  await noticed;
  answer();
  await vi.waitFor(() => expect(house.finished()).toHaveLength(1));
  expect(house.finished()[0]).toMatchObject({
    outcome: 'cancelled',
    provenance: 'engine-final',
    units: { requests: 1, inputTokens: 7, outputTokens: 0 },
  });
});

test('the engine breaks off in mid-stream: an error in the stream, no `[DONE]`, and the call is free', async () => {
  const engine = await scriptedEngine((response) => {
    beginStream(response);
    response.write(running(1), () => response.socket?.resetAndDestroy());
  });
  const house = await stand(engine);
  const client = new RawClient(house.origin).post(helloStreamed);
  await client.until('\r\n0\r\n\r\n');
  expect(client.received).toContain('"code":"engine_failed"');
  expect(client.received).not.toContain('[DONE]');
  expect(house.finished()).toMatchObject([{ outcome: 'failed', provenance: 'none', units: { requests: 0, inputTokens: 0, outputTokens: 0 } }]);
});

test('the engine ends the stream without a word: that is a failure too', async () => {
  const engine = await scriptedEngine((response) => {
    beginStream(response);
    response.end(running(1));
  });
  const house = await stand(engine);
  const { body } = await house.chat(helloStreamed);
  expect(await body.text()).toContain('engine_failed');
  expect(house.finished()).toMatchObject([{ outcome: 'failed' }]);
});

test('the engine reports an error in its stream: the client is told ours, not the engine its own', async () => {
  const engine = await scriptedEngine((response) => {
    beginStream(response);
    response.end(`${running(1)}data: {"error":{"message":"CUDA out of memory on host-17"}}\n\n${doneEvent}`);
  });
  const house = await stand(engine);
  const text = await (await house.chat(helloStreamed)).body.text();
  expect(text).toContain('word-1');
  expect(text).toContain('engine_failed');
  expect(text).not.toContain('CUDA');
  expect(text).not.toContain('[DONE]');
  expect(house.finished()).toMatchObject([{ outcome: 'failed', units: { requests: 0 } }]);
});

test('the engine breaks off after its final count: nothing is missing, the call is complete', async () => {
  const engine = await scriptedEngine((response) => {
    beginStream(response);
    response.write(running(4) + usageEvent(9, 4), () => response.socket?.resetAndDestroy());
  });
  const house = await stand(engine);
  const text = await (await house.chat(helloStreamed)).body.text();
  expect(text.endsWith(doneEvent)).toBe(true);
  expect(house.finished()).toMatchObject([{ outcome: 'completed', provenance: 'engine-final', units: { outputTokens: 4 } }]);
});

test('an engine that knows running counts only: the last of them is billed', async () => {
  const engine = await scriptedEngine((response) => {
    beginStream(response);
    response.end(running(1) + running(2) + doneEvent);
  });
  const house = await stand(engine);
  await (await house.chat(helloStreamed)).body.dump();
  expect(house.finished()).toMatchObject([{ outcome: 'completed', provenance: 'engine-running', units: { inputTokens: 9, outputTokens: 2 } }]);
});

test('the engine takes longer than a call may: 504, free, and the engine is stopped', async () => {
  const stopped = Promise.withResolvers<void>();
  const engine = await scriptedEngine((response) => response.on('close', stopped.resolve));
  const house = await stand(engine, { limits: { callMsMax: 20 } });
  const { statusCode, body } = await house.chat(hello);
  expect(statusCode).toBe(504);
  expect(await body.json()).toMatchObject({ error: { code: 'engine_timeout' } });
  await stopped.promise;
  expect(house.finished()).toMatchObject([{ outcome: 'failed', units: { requests: 0 } }]);
});

test('a client that does not read is cut off, and pays for what left for it', async () => {
  const stopped = Promise.withResolvers<void>();
  const engine = await scriptedEngine((response) => {
    beginStream(response);
    let output = 0;
    const pour = (): void => {
      while (!response.destroyed && response.write(chunkEvent('x'.repeat(50_000), { input: 9, output: ++output })));
    };
    response.on('drain', pour).on('close', stopped.resolve);
    pour();
  });
  const house = await stand(engine, { limits: { clientStallMsMax: 50 } });
  const client = new RawClient(house.origin).post(helloStreamed);
  client.socket.pause();
  await stopped.promise;
  await vi.waitFor(() => expect(house.finished()).toHaveLength(1));
  const [{ outcome, units }] = house.finished() as [ReturnType<typeof house.finished>[0]];
  expect(outcome).toBe('cancelled');
  expect(units.inputTokens).toBe(9);
  expect(units.outputTokens).toBeGreaterThan(0);
});

test('the connection to the engine is used again after a stream, however late the engine ends it', async () => {
  const connections = new Set<Socket>();
  const engine = await scriptedEngine((response, _body, { socket }) => {
    connections.add(socket);
    beginStream(response);
    response.write(running(1) + usageEvent(9, 1) + doneEvent, () => setImmediate(() => response.end(': over\n\n')));
  });
  const house = await stand(engine);
  for (let i = 0; i < 5; i++) {
    expect(await (await house.chat(helloStreamed)).body.text()).not.toContain('over');
    await vi.waitFor(() => expect(engine.dispatcher).toMatchObject({ stats: { running: 0 } }));
  }
  expect(connections.size).toBe(1);
});

test('a connection that breaks after `[DONE]` concerns nobody', async () => {
  const broken = Promise.withResolvers<void>();
  const engine = await scriptedEngine((response, _body, { socket }) => {
    beginStream(response);
    socket.once('close', () => broken.resolve());
    response.write(running(1) + usageEvent(9, 1) + doneEvent, () => setImmediate(() => socket.resetAndDestroy()));
  });
  const house = await stand(engine);
  expect(await (await house.chat(helloStreamed)).body.text()).toContain('[DONE]');
  await broken.promise;
  await vi.waitFor(() => expect(engine.dispatcher).toMatchObject({ stats: { connected: 0 } }));
  expect(house.finished()).toMatchObject([{ outcome: 'completed' }]);
});
