import { expect, test } from 'vitest';
import { FixtureWorld } from '../../dev/fixture-world.ts';
import { modelRows } from './model-rows.ts';

const world = new FixtureWorld('trouble', 1, Date.UTC(2026, 10, 24));
world.tick(Date.UTC(2026, 10, 24) + 1_000);

test('every model of the catalog has a row, used or not, with the replicas that serve it', () => {
  const hello = world.hello('http://emily');
  const now = world.now();
  const unused = { id: 'never-asked', owner: 'mle', simulated: true };
  const rows = modelRows(now, { ...hello, models: [...hello.models, unused] });
  expect(rows.map(({ model }) => model)).toEqual([...hello.models.map(({ id }) => id), 'never-asked']);
  // The fixture's third model has a replica that drains.
  expect(rows.map(({ ready, replicas }) => [ready, replicas])).toEqual([[2, 2], [2, 2], [1, 2], [1, 1], [0, 0]]);
  expect(rows.at(-1)).toMatchObject({ owner: 'mle', share: 0, requests: 0, outstanding: 0 });
});

test('a model that is gone from the catalog and was used this month still has its row', () => {
  const hello = world.hello('http://emily');
  const rows = modelRows(world.now(), { ...hello, models: hello.models.slice(1) });
  const gone = rows.find(({ model }) => model === hello.models[0]?.id);
  expect(gone?.owner).toBe('');
  expect(Number(gone?.requests)).toBeGreaterThan(0);
});
