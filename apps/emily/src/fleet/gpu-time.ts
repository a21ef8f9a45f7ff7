import type { BeatState, Work, Worker } from '../domain/fleet-fact.ts';

/** What lies between two beats of one boot. */
export type Span = {
  /** How the replica was when it began. */
  readonly state: BeatState;
  readonly gpus: number;
  readonly spanMs: number;
  /** In which at least one call was under way. */
  readonly busyMs: number;
  readonly work: readonly Work[];
};

/** A span in GPU milliseconds; the parts sum to the whole. */
export type GpuSplit = {
  readonly setupMs: number;
  readonly idleMs: number;
  /** Nobody can say what it was: it is never billed. */
  readonly unknownMs: number;
  readonly active: readonly GpuShare[];
};

export type GpuShare = Worker & { readonly gpuMs: number };

/** Beats are so far apart at most; where one stays away longer, nobody knows what the replica did. */
export const BEATS_APART_MS_MAX = 15_000;

/**
 * Splits the time between two beats × GPUs.
 *
 * - It is set-up before the replica was ready, however long that took.
 * - Where beats stayed away it is unknown, and so is busy time of which nobody says whose it was.
 * - Active time is shared by the units that were made; where none were, by calls.
 * - A share is rounded down, and what that leaves goes, a millisecond each, to the largest remainders; of equal
 *   ones to those that stand first.
 */
export function splitGpuTime({ state, gpus, spanMs, busyMs, work }: Span): GpuSplit {
  const whole = spanMs * gpus;
  const nothing = { setupMs: 0, idleMs: 0, unknownMs: 0, active: [] };
  if (state === 'starting') return { ...nothing, setupMs: whole };
  if (spanMs > BEATS_APART_MS_MAX) return { ...nothing, unknownMs: whole };
  const active = Math.min(busyMs, spanMs) * gpus;
  const idleMs = whole - active;
  if (active === 0) return { ...nothing, idleMs };
  const made = work.some(({ units }) => units > 0) ? work.map(({ units }) => units) : work.map(({ calls }) => calls);
  if (!made.some((one) => one > 0)) return { ...nothing, idleMs, unknownMs: active };
  const shares = shared(active, made);
  return { ...nothing, idleMs, active: work.map(({ tenant, user, key }, i) => ({ tenant, user, key, gpuMs: shares[i] ?? 0 })).filter(({ gpuMs }) => gpuMs > 0) };
}

/** Shares whole by weights, exactly. */
function shared(whole: number, weights: readonly number[]): readonly number[] {
  const sum = weights.reduce((all, one) => all + BigInt(one), 0n);
  const exact = weights.map((weight) => BigInt(whole) * BigInt(weight));
  const shares = exact.map((one) => Number(one / sum));
  const left = whole - shares.reduce((all, one) => all + one, 0);
  const byRemainder = exact.map((one, i) => ({ i, remainder: one % sum })).sort((a, b) => (a.remainder === b.remainder ? a.i - b.i : a.remainder < b.remainder ? 1 : -1));
  for (const { i } of byRemainder.slice(0, left)) shares[i] = (shares[i] ?? 0) + 1;
  return shares;
}
