import type { ServerResponse } from 'node:http';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { seededRandom, type Random } from './random.ts';
import { replay, type ReplayOptions } from './replay.ts';
import { LeapingClock } from './testing/leaping-clock.ts';
import { answerJson, answerStream, startLocalServer, type Call, type LocalServer } from './testing/local-server.ts';
import { memoryTrace } from './testing/memory-trace.ts';
import { syntheticKeys, syntheticModels } from './testing/synthetic-keys.ts';

/*
 * A server that holds requests back and lets them go in a seeded order, in which seeded requests
 * fail in every way that a gateway and a network know. It watches what the replayer promises.
 */
class MoodyServer {
  /** The rows whose answers were sent whole: what a restarted Emily finds in its tables. */
  readonly done = new Set<number>();
  /** The rows in the order of their first arrival. */
  readonly arrived: number[] = [];
  readonly failures: Record<string, number> = {};
  readonly #times: readonly number[];
  readonly #random: Random;
  readonly #failureShare: number;
  /** The ways to fail, the next one first. */
  readonly #moods = [...moods];
  readonly #waiting: (() => void)[] = [];
  #openMax = 0;
  #spanMax = 0;
  #afterDone = 0;
  #wrongTimes = 0;

  constructor(times: readonly number[], seed: number, failureShare: number) {
    this.#times = times;
    this.#random = seededRandom(seed, 'moods');
    this.#failureShare = failureShare;
    this.#moods.push(...this.#moods.splice(0, Math.floor(this.#random() * moods.length)));
  }

  /** The most rows in flight together, how far apart in time, and requests that should not have been. */
  get observed(): Record<'openMax' | 'spanMax' | 'afterDone' | 'wrongTimes', number> {
    return { openMax: this.#openMax, spanMax: this.#spanMax, afterDone: this.#afterDone, wrongTimes: this.#wrongTimes };
  }

  listen(): Promise<LocalServer> {
    return startLocalServer((call, response) => {
      this.#arrive(call);
      this.#waiting.push(() => this.#answer(call, response));
      setImmediate(() => this.#release());
    });
  }

  #arrive({ headers }: Call): void {
    const row = rowOf(headers['idempotency-key']);
    if (headers['x-replay-time'] !== String(this.#times[row])) this.#wrongTimes++;
    if (this.done.has(row)) this.#afterDone++;
    if (!this.arrived.includes(row)) this.arrived.push(row);
    const open = this.arrived.filter((each) => !this.done.has(each));
    this.#openMax = Math.max(this.#openMax, open.length);
    const oldest = Math.min(...open.map((each) => this.#times[each]!));
    this.#spanMax = Math.max(this.#spanMax, this.#times[row]! - oldest);
  }

  #release(): void {
    const [answer] = this.#waiting.splice(Math.floor(this.#random() * this.#waiting.length), 1);
    answer?.();
  }

  #answer({ headers, body }: Call, response: ServerResponse): void {
    const isStream = body.includes('"stream":true');
    if (this.#random() < this.#failureShare) {
      const failed = this.#fail(response, isStream);
      this.failures[failed] = (this.failures[failed] ?? 0) + 1;
      return;
    }
    this.done.add(rowOf(headers['idempotency-key']));
    if (isStream) answerStream(response, 3);
    else answerJson(response, 200, { object: 'chat.completion' });
  }

  /** Fails in the first way that applies, and puts it last: a few failures have seen every way. */
  #fail(response: ServerResponse, isStream: boolean): string {
    for (const [place, mood] of this.#moods.entries()) {
      const failed = mood(response, isStream);
      if (failed === undefined) continue;
      this.#moods.push(...this.#moods.splice(place, 1));
      return failed;
    }
    throw new Error('no way to fail applies');
  }
}

const rowOf = (key: unknown): number => Number(String(key).split(':')[1]);

/** Ways to fail; each says which it was, or nothing where it doesn't apply. */
const moods: readonly ((response: ServerResponse, isStream: boolean) => string | undefined)[] = [
  (response) => (answerJson(response, 503, {}, { 'retry-after-ms': '20' }), '503'),
  (response) => (answerJson(response, 429, {}), '429'),
  (response) => (response.destroy(), 'reset'),
  (response) => {
    response.writeHead(200, { 'content-type': 'application/json', 'content-length': 100 });
    response.write('{"object":', () => response.destroy());
    return 'cut body';
  },
  (response, isStream) => {
    if (!isStream) return undefined;
    response.writeHead(200, { 'content-type': 'text/event-stream' });
    response.end('data: {"error":{"message":"the engine is gone"}}\n\n');
    return 'broken stream';
  },
];

const run = fc.record({
  seed: fc.integer(),
  steps: fc.array(fc.integer({ min: -500, max: 2_000 }), { minLength: 1, maxLength: 60 }),
  maxInFlight: fc.integer({ min: 1, max: 12 }),
  maxSpanMs: fc.integer({ min: 500, max: 4_000 }),
  failureShare: fc.constantFrom(0, 0.1, 0.15),
});

/** Times that go forward by steps, with a step back here and there, never further than the span. */
function timesOf(steps: readonly number[], maxSpanMs: number): number[] {
  let latest = 0;
  return steps.map((step) => {
    const time = Math.max(latest + step, latest - maxSpanMs, 0);
    latest = Math.max(latest, time);
    return time;
  });
}

const optionsOf = (server: LocalServer, times: readonly number[], limits: Pick<ReplayOptions, 'maxInFlight' | 'maxSpanMs'>): ReplayOptions => ({
  trace: memoryTrace(times),
  speed: 'max',
  via: 'gateway',
  target: server.url,
  keys: syntheticKeys,
  adminKey: '',
  secret: '',
  modelIds: syntheticModels,
  streamShare: 0.5,
  isDone: () => false,
  clock: new LeapingClock(),
  signal: new AbortController().signal,
  ...limits,
});

/** Long enough to meet every way to fail: about fifty failures. */
const longRun = { seed: 1, steps: Array.from({ length: 300 }, () => 100), maxInFlight: 12, maxSpanMs: 4_000, failureShare: 0.15 };

test('whatever fails: every row gets in once, in order, within the bounds on count and span', async () => {
  const failures = new Set<string>();
  await fc.assert(fc.asyncProperty(run, async ({ seed, steps, maxInFlight, maxSpanMs, failureShare }) => {
    const times = timesOf(steps, maxSpanMs);
    const moody = new MoodyServer(times, seed, failureShare);
    const server = await moody.listen();
    try {
      const report = await replay(optionsOf(server, times, { maxInFlight, maxSpanMs }));
      expect(report).toMatchObject({ rows: times.length, sent: times.length, skipped: 0 });
      expect(report.retries).toBe(Object.values(moody.failures).reduce((sum, count) => sum + count, 0));
    } finally {
      await server.close();
    }
    expect(moody.done.size).toBe(times.length);
    expect(moody.observed.openMax).toBeLessThanOrEqual(maxInFlight);
    expect(moody.observed.spanMax).toBeLessThanOrEqual(maxSpanMs);
    expect(moody.observed).toMatchObject({ afterDone: 0, wrongTimes: 0 });
    // Different connections may overtake each other on their way, but not by more time than may be in flight.
    let latest = 0;
    for (const row of moody.arrived) {
      latest = Math.max(latest, times[row]!);
      expect(latest - times[row]!).toBeLessThanOrEqual(maxSpanMs);
    }
    Object.keys(moody.failures).forEach((failure) => failures.add(failure));
  }), { numRuns: 60, examples: [[longRun]] });
  expect([...failures].sort()).toEqual(['429', '503', 'broken stream', 'cut body', 'reset']);
});

test('killed at any point and started again, it sends what was not done, and every row gets in', async () => {
  const killed = fc.tuple(run, fc.integer({ min: 0, max: 40 }));
  await fc.assert(fc.asyncProperty(killed, async ([{ seed, steps, maxInFlight, maxSpanMs, failureShare }, killAfter]) => {
    const times = timesOf(steps, maxSpanMs);
    const moody = new MoodyServer(times, seed, failureShare);
    const server = await moody.listen();
    const options = optionsOf(server, times, { maxInFlight, maxSpanMs });
    try {
      const kill = new AbortController();
      const onProgress = ({ done }: { done: number }): void => {
        if (done === killAfter) kill.abort(new Error('killed'));
      };
      await replay({ ...options, signal: kill.signal, onProgress }).catch(() => undefined);
      const doneBefore = new Set(moody.done);
      const report = await replay({ ...options, isDone: (key) => doneBefore.has(rowOf(key)) });
      expect(report.skipped).toBe(doneBefore.size);
      expect(report.sent).toBe(times.length - doneBefore.size);
    } finally {
      await server.close();
    }
    expect(moody.done.size).toBe(times.length);
    expect(moody.observed.spanMax).toBeLessThanOrEqual(maxSpanMs);
  }), { numRuns: 40 });
});
