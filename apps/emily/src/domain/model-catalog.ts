import type { EpochMs, ModelId, TenantId } from './names.ts';

/** A model that customers may call by its id. */
export type Model = {
  readonly id: ModelId;
  /** Whose it is: offered to everyone by the operator, or one tenant's own, which nobody else may even see. */
  readonly owner: 'operator' | TenantId;
  readonly createdAt: EpochMs;
  readonly description: string;
  /** How long its answers may be where a budget has to know it and the caller does not say, in tokens. */
  readonly outputTokensDefault?: number;
  /** How many calls a replica of it is given at once; others wait for their turn. Left out: nobody says. */
  readonly callsAtOnce?: number;
  /** How long a call may be for its engine, what is asked and what is answered together, in tokens; left out: nobody says. */
  readonly contextTokens?: number;
};

/** Which models a tenant sees. Another tenant's model and a model that never was look the same. */
export interface ModelCatalog {
  visibleTo(tenant: TenantId): readonly Model[];
  find(tenant: TenantId, id: ModelId): Model | undefined;
}

/** A catalog that does not change while the process runs. */
export function fixedCatalog(models: readonly Model[]): ModelCatalog {
  const byId = new Map(models.map((model) => [model.id, model]));
  const sees = (tenant: TenantId, model: Model): boolean => model.owner === 'operator' || model.owner === tenant;
  return {
    visibleTo: (tenant) => models.filter((model) => sees(tenant, model)),
    find: (tenant, id) => {
      const model = byId.get(id);
      return model !== undefined && sees(tenant, model) ? model : undefined;
    },
  };
}
