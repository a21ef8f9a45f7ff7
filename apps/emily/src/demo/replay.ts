import { strict as assert } from 'node:assert';
import { Pool } from 'undici';
import type { EpochMs, ModelId, TenantId } from '../domain/names.ts';
import { sleepMsMax, type Clock } from './clock.ts';
import { traceOutOfOrder } from './errors.ts';
import { GatewayRoad } from './replay/gateway-road.ts';
import { IngestRoad } from './replay/ingest-road.ts';
import type { Road, RoadTerms } from './replay/road.ts';
import type { Trace } from './trace/trace.ts';
import type { TraceRow } from './trace/trace-row.ts';

export interface ReplayOptions {
  readonly trace: Trace;
  /** Times as fast as the trace itself, or as fast as the server takes it. */
  readonly speed: number | 'max';
  readonly via: 'gateway' | 'ingest';
  /** Where Emily listens. */
  readonly target: URL;
  /** API keys by tenant, one for each of `syntheticTenants`; `via: 'ingest'` uses only `adminKey`. */
  readonly keys: ReadonlyMap<TenantId, string>;
  readonly adminKey: string;
  /** Shows Emily that it is the replayer who asks; sent as `x-replay-secret`. */
  readonly secret: string;
  /** The catalogue, the most popular model first. */
  readonly modelIds: readonly ModelId[];
  readonly streamShare?: number;
  /** Whether an earlier run got this row in; such rows aren't sent again. */
  readonly isDone: (idempotencyKey: string) => boolean;
  readonly maxInFlight?: number;
  /** How far apart in the trace's time two requests may be that are in flight together. */
  readonly maxSpanMs: number;
  readonly onProgress?: (progress: ReplayProgress) => void;
  readonly clock: Clock;
  readonly signal: AbortSignal;
}

export interface ReplayProgress {
  /** Rows the server has acknowledged, in this run or an earlier one. */
  readonly done: number;
  readonly total: number;
}

/** What the replayer did. What was counted and billed is read from the meter, never from here. */
export interface ReplayReport {
  readonly rows: number;
  readonly sent: number;
  /** Rows that an earlier run had got in. */
  readonly skipped: number;
  readonly retries: number;
  readonly seconds: number;
}

export const streamShareDefault: number = 1 / 20;
export const maxInFlightDefault = 64;

/**
 * Sends a trace to Emily: each row once, in file order, at the trace's own event times.
 *
 * Killed at any point and started again with the same trace it ends with the same counts, because
 * every row has a key (the trace's hash and the row's number) and the server does the work of a key once.
 */
export async function replay(options: ReplayOptions): Promise<ReplayReport> {
  const { trace, clock, isDone, onProgress } = options;
  options.signal.throwIfAborted();
  const stop = new AbortController();
  const signal = AbortSignal.any([options.signal, stop.signal]);
  const dispatcher = new Pool(options.target.origin, { connections: options.maxInFlight ?? maxInFlightDefault });
  signal.addEventListener('abort', () => void dispatcher.destroy(), { once: true });

  const startedAt = clock.now();
  const count = { rows: 0, skipped: 0, sent: 0, retries: 0 };
  let done = 0;
  const report = (): void => onProgress?.({ done, total: trace.rowCount });
  const onDone = (rows: number): void => {
    done += rows;
    report();
  };
  const onRetry = (): void => void count.retries++;
  const keyOf = (row: TraceRow): string => `${trace.hash}:${row.row}`;
  const road = openRoad(options, { clock, signal, dispatcher, seed: trace.seed, secret: options.secret, keyOf, onDone, onRetry });
  const untilDueMs = pace(options.speed, clock);
  const checkOrder = order(options.maxSpanMs);

  try {
    for await (const row of trace.rows()) {
      signal.throwIfAborted();
      checkOrder(row);
      count.rows++;
      if (isDone(keyOf(row))) {
        count.skipped++;
        done++;
        continue;
      }
      for (let waitMs = untilDueMs(row.at); waitMs > 0; waitMs = untilDueMs(row.at)) {
        await road.flush();
        await clock.sleep(Math.min(waitMs, sleepMsMax), signal);
      }
      await road.send(row);
      count.sent++;
    }
    await road.end();
    report();
  } finally {
    stop.abort();
  }
  return { ...count, seconds: (clock.now() - startedAt) / 1_000 };
}

function openRoad(options: ReplayOptions, terms: RoadTerms): Road {
  const { via, modelIds, adminKey, keys, maxSpanMs } = options;
  if (via === 'ingest') return new IngestRoad({ ...terms, modelIds, adminKey });
  const streamShare = options.streamShare ?? streamShareDefault;
  const maxInFlight = options.maxInFlight ?? maxInFlightDefault;
  return new GatewayRoad({ ...terms, modelIds, keys, streamShare, maxInFlight, maxSpanMs });
}

/** How long a row has still to wait, in ms, so that rows go out `speed` times as fast as they once came. */
function pace(speed: number | 'max', clock: Clock): (at: EpochMs) => number {
  if (speed === 'max') return () => 0;
  assert(speed > 0, `a speed of ${speed}, expected a number above 0 or max`);
  let first: { readonly at: EpochMs; readonly sentAt: EpochMs } | undefined;
  return (at) => {
    first ??= { at, sentAt: clock.now() };
    return Math.ceil((at - first.at) / speed - (clock.now() - first.sentAt));
  };
}

/** Refuses a row that is further back in time than the meter waits for. */
function order(maxSpanMs: number): (row: TraceRow) => void {
  let latest = -Infinity;
  return ({ row, at }) => {
    if (at < latest - maxSpanMs) throw traceOutOfOrder({ row, backMs: latest - at, maxSpanMs });
    latest = Math.max(latest, at);
  };
}
