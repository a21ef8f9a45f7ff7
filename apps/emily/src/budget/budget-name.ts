import type { Budget } from '../domain/budget.ts';

/** A budget in words, for who is refused by it: `the budget of this key for 2026-11`. */
export function budgetName({ kind, scope }: Pick<Budget, 'kind' | 'scope'>, period: string | undefined): string {
  if (kind === 'credit') return `the prepaid credit of this ${scope.kind}`;
  return `the budget of this ${scope.kind}${period === undefined ? ' in all' : ` for ${period}`}`;
}
