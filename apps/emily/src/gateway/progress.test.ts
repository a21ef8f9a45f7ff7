import { expect, test, vi } from 'vitest';
import type { Finished, Progress } from '../domain/usage-fact.ts';
import { requestId } from '../domain/names.ts';
import { admitted } from '../domain/testing/facts.ts';
import { PROGRESS_LATE_MS } from './open-streams.ts';
import { lostFact } from './recover.ts';
import { beginStream, chunkEvent, doneEvent, scriptedEngine, usageEvent } from './testing/scripted-engine.ts';
import { RawClient } from './testing/raw-client.ts';
import { helloStreamed, stand, type Stand } from './testing/stand.ts';

const progress = (house: Stand): Progress[] => house.log.facts.filter((fact): fact is Progress => fact.kind === 'progress');

test('the log has what an open stream has delivered, as it grows, and no more of it once it has ended', async () => {
  const asked = Promise.withResolvers<(text: string) => void>();
  const engine = await scriptedEngine((response) => {
    beginStream(response);
    asked.resolve((text) => void (text === doneEvent ? response.end(usageEvent(7, 3) + text) : response.write(text)));
  });
  const house = await stand(engine);
  const client = new RawClient(house.origin).post(helloStreamed);
  const say = await asked.promise;
  say(chunkEvent('a', { input: 7, output: 1 }));
  await vi.waitFor(() => expect(progress(house).at(-1)?.streams).toEqual([[house.admitted()[0]!.id, 7, 0, 1]]));
  say(chunkEvent('b', { input: 7, output: 2 }));
  await vi.waitFor(() => expect(progress(house).at(-1)?.streams).toEqual([[house.admitted()[0]!.id, 7, 0, 2]]));
  // Nothing moves, and is said again all the same.
  const said = progress(house).length;
  await vi.waitFor(() => expect(progress(house).length).toBeGreaterThan(said), 5_000);
  say(doneEvent);
  await client.until('[DONE]');
  await vi.waitFor(() => expect(house.finished()).toHaveLength(1));
  const after = house.log.facts.indexOf(house.finished()[0]!);
  await new Promise((resolve) => setTimeout(resolve, 250));
  expect(house.log.facts.slice(after + 1)).toEqual([]);
});

test('while the log is late with the counts nothing more is delivered, and then all of it', async () => {
  const asked = Promise.withResolvers<(text: string) => void>();
  const engine = await scriptedEngine((response) => {
    beginStream(response);
    asked.resolve((text) => void response.write(text));
  });
  const house = await stand(engine);
  const client = new RawClient(house.origin).post(helloStreamed);
  const say = await asked.promise;
  house.log.holding = true;
  say(chunkEvent('first', { input: 7, output: 1 }));
  const batch = await house.log.next();
  expect(batch.facts).toMatchObject([{ kind: 'progress' }]);
  await new Promise((resolve) => setTimeout(resolve, 2 * PROGRESS_LATE_MS));
  say(chunkEvent('second', { input: 7, output: 2 }));
  await new Promise((resolve) => setTimeout(resolve, 100));
  expect(client.received).toContain('first');
  expect(client.received).not.toContain('second');
  house.log.holding = false;
  batch.release();
  await client.until('second');
});

test('of a call with a key nothing is said: its next attempt is charged in full', async () => {
  const asked = Promise.withResolvers<() => void>();
  const engine = await scriptedEngine((response) => {
    beginStream(response);
    response.write(chunkEvent('a', { input: 7, output: 1 }));
    setTimeout(() => response.end(usageEvent(7, 3) + doneEvent, () => asked.resolve(() => undefined)), 350);
  });
  const house = await stand(engine);
  await (await house.chat(helloStreamed, { 'idempotency-key': 'once' })).body.dump();
  await asked.promise;
  expect(house.log.facts.map(({ kind }) => kind)).toEqual(['admitted', 'finished']);
});

const open = admitted('r-1', { stream: true });
const delivered = { requests: 1, inputTokens: 7, cachedInputTokens: 0, outputTokens: 2 };

test.each<[what: string, end: Partial<Finished>, lost: Partial<Finished>]>([
  ['as much as was written down is billed', {}, { outcome: 'lost', provenance: 'engine-running', units: delivered }],
  ['with a key it is free, because the key is', { idempotencyKey: 'once' }, { outcome: 'lost', provenance: 'none', units: { ...delivered, requests: 0, inputTokens: 0, outputTokens: 0 } }],
])('a stream that its gateway took along: %s', (_, end, lost) => {
  expect(lostFact({ ...open, idempotencyKey: null, ...end, id: requestId('r-1') }, { units: delivered })).toMatchObject(lost);
  expect(lostFact({ ...open, ...end })).toMatchObject({ outcome: 'lost', provenance: 'none' });
});
