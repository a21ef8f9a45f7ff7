import type { Budget, Count } from '../domain/budget.ts';
import type { Pico } from '../domain/money.ts';
import type { EpochMs } from '../domain/names.ts';

/** At how much of its limit a budget says so, in percent of what is spent. */
export const ALERT_PERCENTS: readonly number[] = [50, 80, 100];

/** A period of a budget has come to so much of the limit that it had then. */
export type Alert = Count & { readonly percent: number; readonly limit: Pico };

export type SaidAlert = Alert & { readonly at: EpochMs };

/** Which alerts were said: each once for a period and a limit, so a limit that is raised has alerts of its own. */
export class BudgetAlerts {
  /** Of each period of each budget, by percent and limit. */
  readonly #said = new Map<string, Map<string, SaidAlert>>();

  /** Those that are due and were not said. */
  due({ id, limit }: Budget, period: string, spent: Pico): readonly Alert[] {
    if (spent === 0n) return [];
    return ALERT_PERCENTS.filter((percent) => spent * 100n >= limit * BigInt(percent))
      .map((percent): Alert => ({ budget: id, period, percent, limit }))
      .filter((alert) => this.#said.get(countName(alert))?.has(alertName(alert)) !== true);
  }

  said(alert: SaidAlert): void {
    const name = countName(alert);
    this.#said.set(name, (this.#said.get(name) ?? new Map<string, SaidAlert>()).set(alertName(alert), alert));
  }

  /** It could not be said; it is due again. */
  unsaid(alert: Alert): void {
    this.#said.get(countName(alert))?.delete(alertName(alert));
  }

  /** Those of a period, at whatever limit it had, in the order in which they were said. */
  of(count: Count): readonly SaidAlert[] {
    return [...(this.#said.get(countName(count))?.values() ?? [])];
  }
}

const countName = ({ budget, period }: Count): string => `${budget} ${period}`;
const alertName = ({ percent, limit }: Alert): string => `${percent} ${limit}`;
