import { strict as assert } from 'node:assert';
import type { ModelId, TenantId, UserId } from '../domain/names.ts';
import { zipfIndex } from './distribution.ts';
import { seededRandom } from './random.ts';
import { syntheticTenants } from './tenants.ts';

/** Who asked, and for which model. */
export interface Assignment {
  readonly tenant: TenantId;
  readonly user: UserId;
  readonly model: ModelId;
}

/**
 * Gives a row of a trace a tenant, a user and a model: always the same for the same seed, row and
 * catalogue. Shares fall as 1, 1/2, 1/3, … in the order of the lists, of `models` too.
 */
export function assign(seed: number, row: number, models: readonly ModelId[]): Assignment {
  assert(models.length > 0, 'the catalogue of models is empty');
  const random = seededRandom(seed, 'assign', row);
  const tenant = syntheticTenants[zipfIndex(random, syntheticTenants.length)]!;
  const user = tenant.users[zipfIndex(random, tenant.users.length)]!;
  const model = models[zipfIndex(random, models.length)]!;
  return { tenant: tenant.id, user, model };
}
