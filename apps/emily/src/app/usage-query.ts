import type { EvidenceName, Interval, Row } from 'millrace';
import type { UsageKey, UsageTotals } from '../meter/meter.ts';
import type { Measured } from '../domain/metered.ts';
import type { ProjectId } from '../domain/budget.ts';
import type { KeyId } from '../domain/names.ts';
import { evidenceOf } from './as-of.ts';

/** Usage of one window, added up over what the question did not ask apart. */
export type UsageWindow = UsageTotals & {
  readonly window: { readonly start: number; readonly end: number };
  readonly tenant?: string;
  readonly model?: string;
  readonly user?: string;
  /** '' of what was sent in. */
  readonly key?: string;
  /** '' of keys that belong to none, and of what was sent in. */
  readonly project?: string;
  readonly measured: Measured;
  readonly finality: 'provisional' | 'final';
  readonly evidence: readonly EvidenceName[];
};

export type Grouping = 'none' | 'tenant' | 'model' | 'user' | 'key' | 'project';

/** The project that a key belongs to; '' where it belongs to none. */
export type ProjectOf = (key: KeyId) => ProjectId | '';

/**
 * Adds rows up by window and by what `group` names. A sum is final when all of its parts are, and
 * rests on the evidence of all of them. What was measured here and elsewhere is not added up: the one
 * is final long before the other.
 */
export function addUp(rows: Iterable<Row<UsageKey, UsageTotals>>, group: Grouping, measured: Measured, projectOf: ProjectOf): UsageWindow[] {
  const sums = new Map<string, UsageWindow>();
  for (const { key, window, value, finality, evidence } of rows) {
    const { start = 0, end = 0 } = window ?? {};
    const named = partOf(key, group, projectOf);
    const id = JSON.stringify([start, ...Object.values(named)]);
    const sum = sums.get(id);
    const isFinal = finality === 'final' && sum?.finality !== 'provisional';
    sums.set(id, {
      window: { start, end },
      ...named,
      measured,
      ...plus(sum, value),
      finality: isFinal ? 'final' : 'provisional',
      evidence: isFinal ? evidenceOf([{ evidence: sum?.evidence ?? [] }, { evidence }]) : [],
    });
  }
  return [...sums.values()].sort((a, b) => a.window.start - b.window.start);
}

function partOf({ tenant, user, model, key }: UsageKey, group: Grouping, projectOf: ProjectOf): Pick<UsageWindow, 'tenant' | 'user' | 'model' | 'key' | 'project'> {
  switch (group) {
    case 'none': return {};
    case 'tenant': return { tenant };
    case 'model': return { model };
    case 'user': return { tenant, user };
    case 'key': return { tenant, key };
    case 'project': return { tenant, project: projectOf(key) };
  }
}

export type Longer = {
  /** The longer window that holds an instant. */
  readonly at: (time: number) => Interval;
  /** What begins before was not all kept. */
  readonly since: number;
  /** Nothing older comes from this side. */
  readonly frontier: number;
};

/**
 * Rows of minutes as rows of longer windows, to be added up. One of these is final when the frontier has passed all
 * of it, not only the minutes in which something happened; one of which minutes are kept no longer is left out.
 */
export function intoLonger(rows: Iterable<Row<UsageKey, UsageTotals>>, { at, since, frontier }: Longer): Row<UsageKey, UsageTotals>[] {
  const longer: Row<UsageKey, UsageTotals>[] = [];
  for (const row of rows) {
    const window = at(row.window?.start ?? 0);
    if (window.start < since) continue;
    longer.push(frontier >= window.end ? { ...row, window } : { ...row, window, finality: 'provisional', evidence: [] });
  }
  return longer;
}

const none: UsageTotals = { requests: 0, inputTokens: 0, cachedInputTokens: 0, outputTokens: 0 };

/** A sum that a number of JSON would not hold exactly. */
export class SumTooLarge extends Error {
  override readonly name = 'SumTooLarge';
  readonly quantity: keyof UsageTotals;

  constructor(quantity: keyof UsageTotals) {
    super(`the sum of ${quantity} is beyond ${Number.MAX_SAFE_INTEGER}, the most that is exact`);
    this.quantity = quantity;
  }
}

/** Totals of both, exact; SumTooLarge where they would not be. */
export function plus(a: UsageTotals = none, b: UsageTotals = none): UsageTotals {
  return {
    requests: exactSum(a, b, 'requests'),
    inputTokens: exactSum(a, b, 'inputTokens'),
    cachedInputTokens: exactSum(a, b, 'cachedInputTokens'),
    outputTokens: exactSum(a, b, 'outputTokens'),
  };
}

function exactSum(a: UsageTotals, b: UsageTotals, quantity: keyof UsageTotals): number {
  const sum = a[quantity] + b[quantity];
  if (!Number.isSafeInteger(sum)) throw new SumTooLarge(quantity);
  return sum;
}
