import { random } from './random.ts';

/*
 * The METERING stream: requests to AI models, about 10,000 a second, as a busy network delivers them.
 *
 * They come up to five seconds out of order, one in a hundred comes twice (at most 999 events after
 * itself), and a few tenants make most of them.
 */

export type MeteringEvent = {
  readonly id: string;
  /** Event time, in ms since the epoch. */
  readonly time: number;
  readonly tenant: number;
  readonly model: number;
  readonly tokensIn: number;
  readonly tokensOut: number;
};

/** An event is less than this much older than the newest before it. */
export const disorderMs = 5_000;

const epochMs = 1_700_000_000_000;
const eventsPerMs = 10;
const tenants = 10_000;
const models = 20;

/** The first event that may be a duplicate; the original is always fewer than so many events before it. */
export const firstDuplicate = 1_000;

/** Event n of the stream, n = 0, 1, 2, … */
export function meteringEvent(n: number): MeteringEvent {
  const isDuplicate = n >= firstDuplicate && random(n, 9) % 100 === 0;
  const original = isDuplicate ? n - 1 - random(n, 8) % 999 : n;
  const u = random(original, 2) / 2 ** 32;
  return {
    id: 'req-' + original,
    time: meteringMs(original) - random(original, 1) % disorderMs,
    tenant: Math.floor(tenants * (u * u * u)),
    model: random(original, 3) % models,
    tokensIn: 1 + random(original, 4) % 4_000,
    tokensOut: 1 + random(original, 5) % 1_000,
  };
}

/** When event n would have come in a stream without disorder, in ms since the epoch. */
export function meteringMs(n: number): number {
  return epochMs + Math.floor(n / eventsPerMs);
}
