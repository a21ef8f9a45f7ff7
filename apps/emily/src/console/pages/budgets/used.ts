import type { Budget } from '../../api-budgets.ts';
import { shareOf } from '../../format/amount.ts';

export type Used = { readonly spent: number; readonly reserved: number; readonly state: 'room' | 'near' | 'full' };

/** From here on a budget stands out, as its alert does. */
const NEAR = 0.8;

/** What part of a limit is spent and held back, 0 to 1 together: for bars, never for amounts. One of nothing is full. */
export function usedOf({ limit, current: { spent, reserved, left } }: Pick<Budget, 'limit' | 'current'>): Used {
  if (Number(limit) <= 0) return { spent: 1, reserved: 0, state: 'full' };
  const gone = Math.min(1, shareOf(spent, limit));
  const state = Number(left) <= 0 ? 'full' : gone >= NEAR ? 'near' : 'room';
  return { spent: gone, reserved: Math.min(1 - gone, shareOf(reserved, limit)), state };
}
