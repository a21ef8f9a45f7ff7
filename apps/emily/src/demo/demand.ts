import { Pool } from 'undici';
import type { ModelId, TenantId } from '../domain/names.ts';
import { assign } from './assign.ts';
import type { Clock } from './clock.ts';
import { demandAt } from './day-curve.ts';
import { exponential, lognormalLength } from './distribution.ts';
import { inputLength, outputLength } from './lengths.ts';
import { seededRandom } from './random.ts';
import { assertKeyOfEach } from './tenants.ts';
import { words } from './words.ts';

export interface DemandOptions {
  /** Where Emily listens. */
  readonly target: URL;
  /** API keys by tenant, one for each of `syntheticTenants`. */
  readonly keys: ReadonlyMap<TenantId, string>;
  /** The catalogue, the most popular model first. */
  readonly modelIds: readonly ModelId[];
  readonly seed: number;
  readonly clock: Clock;
  /** The mean over a day. */
  readonly requestsPerSecond?: number;
}

/** How many requests ended how. */
export interface DemandCounts {
  readonly completed: number;
  /** Streams that the caller left before their end, as people do. */
  readonly cancelled: number;
  /** Answers of another status than 200. */
  readonly refused: number;
  /** No answer, or a broken one. */
  readonly failed: number;
  /** Not sent, because too many were waiting for their answers. */
  readonly withheld: number;
}

export interface Demand {
  counts(): DemandCounts;
  /** Hangs up on what is in flight and returns when all is quiet. */
  stop(): Promise<void>;
}

export const requestsPerSecondDefault = 4;

/** Says to everyone who reads a log that nobody asked for this. */
export const demandUserAgent = 'emily-demo/1.0 (synthetic demand)';

/** The most requests that wait for their answers; beyond it the callers stay at home. */
export const demandInFlightMax = 64;

const streamShare = 0.5;
/** Of the streams. */
const cancelShare = 0.1;

/** Pieces of an answer that are read before a caller leaves. */
const piecesBeforeLeavingMax = 8;

/** What is kept of a stream, in characters, to see whether it ended with `data: [DONE]`. */
const tailLength = 20;

/**
 * Customers that do not exist, so that a fresh Emily has something to meter: a day's curve of chat
 * completions through the gateway, streamed and not, some left half-way. Whatever the gateway
 * answers is counted and never thrown.
 */
export function startDemand(options: DemandOptions): Demand {
  return new RunningDemand(options);
}

class RunningDemand implements Demand {
  readonly #options: DemandOptions;
  readonly #pool: Pool;
  readonly #stopping = new AbortController();
  readonly #inFlight = new Set<Promise<void>>();
  readonly #counts = { completed: 0, cancelled: 0, refused: 0, failed: 0, withheld: 0 };
  readonly #arrivals: Promise<void>;

  constructor(options: DemandOptions) {
    assertKeyOfEach(options.keys);
    this.#options = options;
    this.#pool = new Pool(options.target.origin, { connections: demandInFlightMax });
    this.#arrivals = this.#run();
  }

  counts(): DemandCounts {
    return { ...this.#counts };
  }

  async stop(): Promise<void> {
    this.#stopping.abort();
    await this.#pool.destroy();
    await this.#arrivals;
    await Promise.all(this.#inFlight);
  }

  async #run(): Promise<void> {
    const { clock, seed, requestsPerSecond = requestsPerSecondDefault } = this.#options;
    const random = seededRandom(seed, 'demand');
    const { signal } = this.#stopping;
    for (let number = 0; !signal.aborted; number++) {
      const gapMs = exponential(random) / demandAt(clock.now(), requestsPerSecond, seed) * 1_000;
      await clock.sleep(gapMs, signal).catch(() => {});
      if (!signal.aborted) this.#begin(number);
    }
  }

  #begin(number: number): void {
    if (this.#inFlight.size >= demandInFlightMax) {
      this.#counts.withheld++;
      return;
    }
    const asked = this.#ask(number).catch(() => {
      if (!this.#stopping.signal.aborted) this.#counts.failed++;
    }).finally(() => this.#inFlight.delete(asked));
    this.#inFlight.add(asked);
  }

  async #ask(number: number): Promise<void> {
    const { keys, modelIds, seed } = this.#options;
    const { tenant, user, model } = assign(seed, number, modelIds);
    const random = seededRandom(seed, 'demand', number);
    const stream = random() < streamShare;
    const leaves = random() < cancelShare;
    const piecesRead = stream && leaves ? 1 + Math.floor(random() * piecesBeforeLeavingMax) : Infinity;
    const { statusCode, body } = await this.#pool.request({
      method: 'POST',
      path: '/v1/chat/completions',
      headers: {
        'authorization': `Bearer ${keys.get(tenant)!}`,
        'content-type': 'application/json',
        'user-agent': demandUserAgent,
      },
      body: JSON.stringify({
        model,
        user,
        stream,
        max_tokens: lognormalLength(random, outputLength),
        messages: [{ role: 'user', content: words(lognormalLength(random, inputLength)) }],
      }),
    });
    let pieces = 0;
    let tail = '';
    for await (const piece of body.setEncoding('utf8')) {
      tail = (tail + (piece as string)).slice(-tailLength);
      if (++pieces === piecesRead) break;
    }
    this.#counts[ending(statusCode, pieces === piecesRead, !stream || tail.includes('[DONE]'))]++;
  }
}

function ending(status: number, hasLeft: boolean, isWhole: boolean): Exclude<keyof DemandCounts, 'withheld'> {
  if (status !== 200) return 'refused';
  if (hasLeft) return 'cancelled';
  return isWhole ? 'completed' : 'failed';
}
