import { expect, test } from 'vitest';
import { FixtureWorld } from '../../dev/fixture-world.ts';
import { tenantRows } from './tenant-rows.ts';

const { month } = new FixtureWorld('busy', 1, Date.UTC(2026, 10, 24, 12)).now();

test('each tenant has one row: those that used nothing, and those that used and are listed no more', () => {
  const [first] = month.byTenant;
  const rows = tenantRows([{ id: first!.tenant, name: 'Its new name', createdAt: '2026-01-01T00:00:00.000Z' }, { id: 'idle', name: 'Idle', createdAt: '2026-02-01T00:00:00.000Z' }], { month });
  expect(rows).toHaveLength(month.byTenant.length + 1);
  expect(rows[0]).toMatchObject({ id: first!.tenant, name: 'Its new name', requests: first!.requests, amount: first!.amount });
  expect(rows[1]).toEqual({ id: 'idle', name: 'Idle', createdAt: '2026-02-01T00:00:00.000Z', requests: 0, inputTokens: 0, outputTokens: 0, amount: '0.00' });
  expect(rows[2]).toMatchObject({ id: month.byTenant[1]!.tenant, createdAt: null });
});
