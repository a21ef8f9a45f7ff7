import { expect, onTestFinished, test } from 'vitest';
import { demandInFlightMax, demandUserAgent, startDemand, type Demand, type DemandCounts } from './demand.ts';
import { LeapingClock } from './testing/leaping-clock.ts';
import { answerJson, startLocalServer, type Call } from './testing/local-server.ts';
import { syntheticKeys, syntheticModels } from './testing/synthetic-keys.ts';

type Answering = Parameters<typeof startLocalServer>[0];

/** Runs demand against a real server until it was called so often, or until `until` says so. */
async function demandOn(answer: Answering, until: (calls: readonly Call[], demand: Demand) => boolean) {
  const calls: Call[] = [];
  const server = await startLocalServer((call, response) => {
    calls.push(call);
    answer(call, response);
  });
  onTestFinished(server.close);
  const demand = startDemand({
    target: server.url, keys: syntheticKeys, modelIds: syntheticModels, seed: 7, clock: new LeapingClock(),
  });
  while (!until(calls, demand)) await new Promise((resolve) => setImmediate(resolve));
  await demand.stop();
  return { calls, counts: demand.counts() };
}

const total = ({ completed, cancelled, refused, failed }: DemandCounts): number => completed + cancelled + refused + failed;
const isStream = ({ body }: Call): boolean => (JSON.parse(body) as { stream: boolean }).stream;

/** Streams a piece at a time, as long as the caller listens. */
const takeIt: Answering = (call, response) => {
  if (!isStream(call)) return answerJson(response, 200, {});
  response.writeHead(200, { 'content-type': 'text/event-stream' });
  let pieces = 20;
  const next = (): void => {
    if (response.destroyed) return;
    if (pieces-- === 0) response.end('data: [DONE]\n\n');
    else response.write('data: {"choices":[]}\n\n', () => setImmediate(next));
  };
  next();
};

test('customers ask for streams and whole answers, leave some half-way, and say that they are synthetic', async () => {
  const { calls, counts } = await demandOn(takeIt, (_, demand) => total(demand.counts()) >= 400);
  expect(calls.every(({ headers }) => headers['user-agent'] === demandUserAgent)).toBe(true);
  expect(new Set(calls.map(({ headers }) => headers.authorization))).toEqual(
    new Set([...syntheticKeys.values()].map((key) => `Bearer ${key}`)),
  );
  expect(calls.filter(isStream).length / calls.length).toBeCloseTo(0.5, 1);
  expect(counts).toMatchObject({ refused: 0, failed: 0 });
  expect(counts.completed).toBeGreaterThan(300);
  expect(counts.cancelled).toBeGreaterThan(5);
});

test('a gateway that refuses, and one that breaks off, are counted and stop nothing', async () => {
  let answers = 0;
  const { counts } = await demandOn((_, response) => {
    if (answers++ % 2 === 0) answerJson(response, 429, { error: { message: 'too many' } });
    else response.destroy();
  }, (_, demand) => total(demand.counts()) >= 100);
  expect(counts.refused).toBeGreaterThan(30);
  expect(counts.failed).toBeGreaterThan(30);
  expect(counts).toMatchObject({ completed: 0, cancelled: 0 });
});

test('a stream that ends in an error is counted as failed', async () => {
  const { counts } = await demandOn((_, response) => {
    response.writeHead(200, { 'content-type': 'text/event-stream' });
    response.end('data: {"error":{"message":"the engine is gone"}}\n\n');
  }, (_, demand) => demand.counts().failed >= 10);
  expect(counts.failed).toBeGreaterThanOrEqual(10);
});

test('while too many answers are waited for, callers stay at home', async () => {
  const { calls, counts } = await demandOn(() => {}, (each, demand) => each.length >= demandInFlightMax && demand.counts().withheld >= 100);
  expect(calls).toHaveLength(demandInFlightMax);
  expect(total(counts)).toBe(0);
});

test('stopped, it hangs up and sends no more', async () => {
  const { calls } = await demandOn(() => {}, (each) => each.length >= 3);
  const before = calls.length;
  await new Promise((resolve) => setImmediate(resolve));
  expect(calls.length).toBe(before);
});

test('a tenant without a key is refused at once', () => {
  expect(() => startDemand({
    target: new URL('http://127.0.0.1:1'), keys: new Map(), modelIds: syntheticModels, seed: 7, clock: new LeapingClock(),
  })).toThrow('no API key for the synthetic tenant aurora-labs');
});
