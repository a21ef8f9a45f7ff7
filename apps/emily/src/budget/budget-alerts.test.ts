import { expect, test } from 'vitest';
import { budgetId, type Budget } from '../domain/budget.ts';
import { pico } from '../domain/money.ts';
import { epochMs, tenantId } from '../domain/names.ts';
import { BudgetAlerts } from './budget-alerts.ts';

const budget = (limit: bigint): Budget => ({ id: budgetId('b'), tenant: tenantId('ada'), scope: { kind: 'organisation' }, period: 'month', kind: 'soft', limit: pico(limit) });
const percents = (alerts: BudgetAlerts, spent: bigint, limit = 10n, period = '2026-11'): number[] => alerts.due(budget(limit), period, pico(spent)).map(({ percent }) => percent);

test('at 50, 80 and 100 percent, to the last unit, several at once where that much was spent at once', () => {
  const alerts = new BudgetAlerts();
  expect([4n, 5n, 7n, 8n, 9n, 10n, 25n].map((spent) => percents(alerts, spent))).toEqual([[], [50], [50], [50, 80], [50, 80], [50, 80, 100], [50, 80, 100]]);
  expect(percents(alerts, 500n, 1_001n)).toEqual([]);
  expect(percents(alerts, 0n, 0n)).toEqual([]);
  expect(percents(alerts, 1n, 0n)).toEqual([50, 80, 100]);
});

test('each once for a period and a limit; one that could not be said is due again', () => {
  const alerts = new BudgetAlerts();
  const [half] = alerts.due(budget(10n), '2026-11', pico(8n));
  alerts.said({ ...half!, at: epochMs(1) });
  expect(percents(alerts, 8n)).toEqual([80]);
  expect(percents(alerts, 8n, 10n, '2026-12')).toEqual([50, 80]);
  expect(percents(alerts, 8n, 16n)).toEqual([50]);
  expect(alerts.of({ budget: budgetId('b'), period: '2026-11' })).toEqual([{ budget: 'b', period: '2026-11', percent: 50, limit: 10n, at: 1 }]);
  alerts.unsaid(half!);
  expect(percents(alerts, 8n)).toEqual([50, 80]);
});
