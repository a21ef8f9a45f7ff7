import { modelId, type ModelId, type TenantId } from '../../domain/names.ts';
import { syntheticTenants } from '../tenants.ts';

/** An API key for each synthetic tenant, from which its tenant can be read. */
export const syntheticKeys: ReadonlyMap<TenantId, string> = new Map(
  syntheticTenants.map(({ id }) => [id, `key-of-${id}`]),
);

export const syntheticModels: readonly ModelId[] = ['large', 'medium', 'small'].map(modelId);
