import type { AccountDesk } from '../account/account-desk.ts';
import type { Accounts, KeySummary } from '../account/accounts.ts';
import type { NewKey } from '../account/api-key.ts';
import { tenantId, type TenantId } from '../domain/names.ts';
import { syntheticTenants } from '../demo/tenants.ts';

/** The company that runs Emily: its administrators may send usage for every tenant. */
export const operatorTenant: TenantId = tenantId('mle');

const KEY_NAME = 'demo';
/** The one that the configuration says. */
const OPERATORS_KEY_NAME = 'operatorKey of the configuration';

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
  await revokeKeys(accounts, desk, tenants.map(({ id }) => id), ({ name }) => name === KEY_NAME);
  const [admin, ...made] = await Promise.all([
    desk.createKey({ tenant: operatorTenant, name: KEY_NAME, scopes: ['ingest', 'admin'] }),
    ...syntheticTenants.map(({ id }) => desk.createKey({ tenant: id, name: KEY_NAME, scopes: ['infer', 'ingest', 'read'] })),
  ]);
  return { adminKey: admin.text, keys: new Map(syntheticTenants.map(({ id }, i) => [id, made[i]?.text ?? ''])) };
}

/**
 * No demo: the operator's tenant alone, with the key that the configuration says. Keys of a demo before are revoked,
 * and so is the one that the configuration said before: to rotate it is to put another in its place.
 */
export async function operatorsAccount(accounts: Accounts, desk: AccountDesk, key: NewKey): Promise<DemoKeys> {
  if (accounts.tenant(operatorTenant) === undefined) await desk.createTenant(operatorTenant, 'Operator');
  await desk.adoptKey(key, { tenant: operatorTenant, name: OPERATORS_KEY_NAME, scopes: ['ingest', 'admin'] });
  await revokeKeys(accounts, desk, [operatorTenant, ...syntheticTenants.map(({ id }) => id)], ({ name }) => name === KEY_NAME);
  await revokeKeys(accounts, desk, [operatorTenant], ({ id, name }) => name === OPERATORS_KEY_NAME && id !== key.id);
  return { adminKey: key.text, keys: new Map() };
}

async function revokeKeys(accounts: Accounts, desk: AccountDesk, tenants: readonly TenantId[], isMeant: (key: KeySummary) => boolean): Promise<void> {
  const meant = tenants.flatMap((tenant) => accounts.keysOf(tenant)).filter((key) => key.revokedAt === null && isMeant(key));
  await Promise.all(meant.map(({ id }) => desk.revokeKey(id)));
}
