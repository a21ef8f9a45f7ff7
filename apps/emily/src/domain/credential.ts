import type { ProjectId } from './budget.ts';
import type { KeyId, TenantId, UserId } from './names.ts';

/** What a key may do: call models, send usage measured elsewhere, read its tenant's numbers, administer its tenant. */
export type Scope = 'infer' | 'ingest' | 'read' | 'admin';

/** Who is asking, proved. The only place a tenant ever comes from. */
export type Credential = {
  readonly tenant: TenantId;
  readonly key: KeyId;
  /** The user a key belongs to, where it is a person's own; such a key can't speak for others. */
  readonly user: UserId | undefined;
  /** The project a key belongs to, where it does. */
  readonly project?: ProjectId | undefined;
  readonly scopes: ReadonlySet<Scope>;
};
