import type { AccountDesk } from '../account/account-desk.ts';
import type { Accounts } from '../account/accounts.ts';
import { tenantId, type TenantId } from '../domain/names.ts';
import { syntheticTenants } from '../demo/tenants.ts';

/** The company that runs Emily: its administrators may send usage for every tenant. */
export const operatorTenant: TenantId = tenantId('mle');

const KEY_NAME = 'demo';

export type DemoKeys = {
  /** By tenant; each may call models, send usage measured elsewhere, and read its own numbers. */
  readonly keys: ReadonlyMap<TenantId, string>;
  /** The operator's: asks and decides what no customer may, and sends in usage for every tenant. */
  readonly adminKey: string;
};

/**
 * The synthetic customers, each with a fresh key. Keys are stored as digests only, so those of
 * the last start can't be shown again: they are revoked, and new ones take their place.
 */
export async function demoAccounts(accounts: Accounts, desk: AccountDesk): Promise<DemoKeys> {
  const tenants = [{ id: operatorTenant, name: 'MLE Technologies' }, ...syntheticTenants];
  await Promise.all(tenants.filter(({ id }) => accounts.tenant(id) === undefined).map(({ id, name }) => desk.createTenant(id, name)));
  const old = tenants.flatMap(({ id }) => accounts.keysOf(id)).filter(({ name, revokedAt }) => name === KEY_NAME && revokedAt === null);
  await Promise.all(old.map(({ id }) => desk.revokeKey(id)));
  const [admin, ...made] = await Promise.all([
    desk.createKey({ tenant: operatorTenant, name: KEY_NAME, scopes: ['ingest', 'admin'] }),
    ...syntheticTenants.map(({ id }) => desk.createKey({ tenant: id, name: KEY_NAME, scopes: ['infer', 'ingest', 'read'] })),
  ]);
  return { adminKey: admin.text, keys: new Map(syntheticTenants.map(({ id }, i) => [id, made[i]?.text ?? ''])) };
}
