import { expect, test } from 'vitest';
import { modelId } from '../domain/names.ts';
import { assign } from './assign.ts';
import { syntheticTenants } from './tenants.ts';
import { syntheticModels as models } from './testing/synthetic-keys.ts';

const rows = Array.from({ length: 20_000 }, (_, row) => assign(7, row, models));

function shares(names: readonly string[]): Map<string, number> {
  const counts = new Map<string, number>();
  for (const name of names) counts.set(name, (counts.get(name) ?? 0) + 1 / names.length);
  return counts;
}

test('a row belongs to the same tenant, user and model each time it is asked for', () => {
  expect(assign(7, 12, models)).toEqual(assign(7, 12, models));
  expect(rows.map((_, row) => assign(7, row, models))).toEqual(rows);
});

test('another seed assigns otherwise', () => {
  expect(rows.map((_, row) => assign(8, row, models))).not.toEqual(rows);
});

test('the first tenant, model and user of a list are the busiest, and nobody is left out', () => {
  const byTenant = shares(rows.map(({ tenant }) => tenant));
  expect(syntheticTenants.map(({ id }) => byTenant.get(id))).toEqual(
    [1, 2, 3, 4, 5, 6].map((rank) => expect.closeTo(1 / rank / 2.45, 1)),
  );
  expect(models.map((model) => shares(rows.map((row) => row.model)).get(model))).toEqual(
    [1, 2, 3].map((rank) => expect.closeTo(1 / rank / (11 / 6), 1)),
  );
  for (const { id, users } of syntheticTenants) {
    const byUser = shares(rows.filter(({ tenant }) => tenant === id).map(({ user }) => user));
    expect(new Set(byUser.keys())).toEqual(new Set(users));
    expect(byUser.get(users[0]!)).toBe(Math.max(...byUser.values()));
  }
});

test('six tenants have names of their own and a few dozen different users each', () => {
  expect(syntheticTenants).toHaveLength(6);
  expect(new Set(syntheticTenants.map(({ id }) => id)).size).toBe(6);
  for (const { users } of syntheticTenants) {
    expect(users.length).toBeGreaterThanOrEqual(24);
    expect(new Set(users).size).toBe(users.length);
  }
});

test('an empty catalogue is refused', () => {
  expect(() => assign(7, 0, [])).toThrow('the catalogue of models is empty');
  expect(assign(7, 0, [modelId('only')]).model).toBe('only');
});
