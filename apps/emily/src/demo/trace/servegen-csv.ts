import { epochMs, type EpochMs } from '../../domain/names.ts';
import { lognormalLength } from '../distribution.ts';
import { inputLength, outputLength } from '../lengths.ts';
import { seededRandom, type Random } from '../random.ts';
import { logGap, type GapFamily } from './gap.ts';
import { UnexpectedLine, type LineReader, type TraceFormat } from './trace-format.ts';
import { traceStartMs, type Arrival } from './trace-row.ts';

/*
 * ServeGen's chunk files: the demand of one client, a line for every ten minutes, no header.
 *
 *   line  := start "," rate "," cv "," shape "," parameter "," parameter
 *   start := seconds from 0          rate  := requests per second
 *   cv    := standard deviation of the gaps between requests ÷ their mean
 *   shape := "Gamma" | "Weibull" | ""                  of the gaps; "" where the rate is 0
 *
 * A line is a recipe, not a list, so its arrivals are drawn from a seed. Rate × 600 s is whole: the
 * file counted its requests, and so many are made. Their gaps are drawn from the shape with the cv,
 * and together stretched to fill the window: without that a bursty client's first gap, short more
 * often than not, would add demand to every window. The two parameters are an alternative fit of the
 * same gaps (for Weibull it misses the rate) and aren't used. The file has no lengths: see lengths.ts.
 */
const windowMs = 600_000;

/** The most arrivals in one window: 16,666 requests a second from one client. */
export const arrivalsPerWindowMax = 10_000_000;

/** The latest start of a window: a hundred years, in seconds. */
const startSecondsMax = 100 * 366 * 86_400;

export const servegenCsv: TraceFormat = {
  name: 'ServeGen chunk CSV',
  firstLine: 'six columns: window start, rate, coefficient of variation, Gamma or Weibull, two parameters',
  recognises: (firstLine) => /^\d+,[\d.e+-]+,[\d.e+-]+,(Gamma|Weibull)?,[\d.e+-]+,[\d.e+-]+$/.test(firstLine),
  open: (seed) => new ServegenReader(seed),
};

interface Window {
  readonly startMs: number;
  readonly arrivals: number;
  readonly cv: number;
  readonly family: GapFamily;
}

class ServegenReader implements LineReader {
  readonly #seed: number;
  #endMs = 0;

  constructor(seed: number) {
    this.#seed = seed;
  }

  /** The end of the window that came last. */
  get latest(): EpochMs {
    return epochMs(traceStartMs + this.#endMs);
  }

  count(line: string): number {
    return this.#next(line).arrivals;
  }

  arrivals(line: string): Iterable<Arrival> {
    return sample(this.#seed, this.#next(line));
  }

  #next(line: string): Window {
    const window = parse(line);
    if (window.startMs < this.#endMs) {
      throw new UnexpectedLine(`a window that starts at ${this.#endMs / 1_000} s or later, where the last one ended`);
    }
    this.#endMs = window.startMs + windowMs;
    return window;
  }
}

function* sample(seed: number, window: Window): Iterable<Arrival> {
  const random = seededRandom(seed, 'servegen', window.startMs);
  for (const offsetMs of arrivalOffsets(random, window)) {
    yield {
      at: epochMs(traceStartMs + window.startMs + offsetMs),
      inputTokens: lognormalLength(random, inputLength),
      outputTokens: lognormalLength(random, outputLength),
      cachedInputTokens: 0,
    };
  }
}

/** Sorted whole milliseconds from 0 to below the window's length. */
function arrivalOffsets(random: Random, { arrivals, cv, family }: Window): Float64Array {
  const gap = logGap(family, cv);
  const times = new Float64Array(arrivals);
  let greatest = -Infinity;
  for (let index = 0; index < arrivals; index++) {
    times[index] = gap(random);
    greatest = Math.max(greatest, times[index]!);
  }
  const lastGap = gap(random);
  greatest = Math.max(greatest, lastGap);
  let sum = 0;
  for (let index = 0; index < arrivals; index++) {
    sum += Math.exp(times[index]! - greatest);
    times[index] = sum;
  }
  const stretch = windowMs / (sum + Math.exp(lastGap - greatest));
  return times.map((time) => Math.min(Math.floor(time * stretch), windowMs - 1));
}

function parse(line: string): Window {
  const fields = line.split(',');
  if (fields.length !== 6) throw new UnexpectedLine('six columns');
  const [start, rate, cv] = fields.map(Number) as [number, number, number];
  if (!Number.isInteger(start) || !(start >= 0 && start <= startSecondsMax)) {
    throw new UnexpectedLine(`the window to start at a whole second from 0 to ${startSecondsMax}`);
  }
  const arrivals = Math.round(rate * windowMs / 1_000);
  if (!(arrivals >= 0 && arrivals <= arrivalsPerWindowMax)) {
    throw new UnexpectedLine(`a rate from 0 to ${arrivalsPerWindowMax * 1_000 / windowMs} requests per second`);
  }
  if (!(cv >= 0 && cv < Infinity)) throw new UnexpectedLine('a coefficient of variation of at least 0');
  const family = fields[3];
  if (family !== 'Gamma' && family !== 'Weibull' && (family !== '' || arrivals > 0)) {
    throw new UnexpectedLine('the shape Gamma or Weibull, or none where the rate is 0');
  }
  return { startMs: start * 1_000, arrivals, cv, family: family === 'Weibull' ? family : 'Gamma' };
}
