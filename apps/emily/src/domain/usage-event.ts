import type { EpochMs, ModelId, TenantId, UserId } from './names.ts';
import type { Units } from './usage-fact.ts';

/** Usage that was measured elsewhere and sent in. Its key is (tenant, source, id): ids are the source's own. */
export type UsageEvent = {
  readonly id: string;
  /** Who measured it, as they call themselves. */
  readonly source: string;
  readonly at: EpochMs;
  readonly tenant: TenantId;
  readonly user: UserId;
  readonly model: ModelId;
  readonly units: Units;
};
