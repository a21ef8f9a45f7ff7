import type { Now } from '../../api.ts';
import type { TenantRow } from '../../api-accounts.ts';
import type { Count } from '../../format/number.ts';

export type UsedTenant = { readonly id: string; readonly name: string; readonly createdAt: string | null; readonly requests: Count; readonly inputTokens: Count; readonly outputTokens: Count; readonly amount: string };

/** All tenants with what they used this month; one that used nothing has its row, and so has one that is listed no more. */
export function tenantRows(tenants: readonly TenantRow[], { month }: Pick<Now, 'month'>): readonly UsedTenant[] {
  const created = new Map(tenants.map((tenant) => [tenant.id, tenant]));
  const used = new Map(month.byTenant.map((usage) => [usage.tenant, usage]));
  return [...new Set([...created.keys(), ...used.keys()])].map((id) => {
    const { requests = 0, inputTokens = 0, outputTokens = 0, amount = '0.00', name = id } = used.get(id) ?? {};
    return { id, name: created.get(id)?.name ?? name, createdAt: created.get(id)?.createdAt ?? null, requests, inputTokens, outputTokens, amount };
  });
}
