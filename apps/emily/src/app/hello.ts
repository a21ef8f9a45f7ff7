import type { Accounts } from '../account/accounts.ts';
import { actsOfRole } from '../account/rights.ts';
import type { Session } from '../account/session.ts';
import type { User, Users } from '../account/users.ts';
import type { Model } from '../domain/model-catalog.ts';
import type { EpochMs, TenantId } from '../domain/names.ts';

export type HelloOptions = {
  readonly accounts: Accounts;
  readonly users: Users;
  readonly now: EpochMs;
  readonly mode: 'demo' | 'replay' | 'serve';
  readonly address: URL;
  readonly zone: string;
  readonly models: readonly Model[];
  readonly visibleTo: (tenant: TenantId) => readonly Model[];
  readonly isSimulated: (model: Model) => boolean;
  /** A customer's key of the demo, and a first request with it: for the operator. */
  readonly demoKey: string | null;
  readonly curl: (key: string, models: readonly Model[]) => string;
  readonly replay: object | null;
};

/**
 * What the page is told first: to whom it speaks, what they may do (`rights.ts`), and of what. Somebody of a tenant is
 * told of that tenant, and of its models.
 */
export function hello({ role, tenant, user }: Session, options: HelloOptions): object {
  const { accounts, users, now, mode, address, zone, visibleTo, isSimulated, demoKey, curl, replay } = options;
  const tenants = accounts.tenants().filter(({ id }) => tenant === undefined || id === tenant).map(({ id, name }) => ({ id, name }));
  const models = tenant === undefined ? options.models : visibleTo(tenant);
  // A key opens what its role does not.
  const key = role === 'operator' ? demoKey : null;
  return {
    product: 'Emily',
    who: { role, tenant: tenant === undefined ? null : { id: tenant, name: accounts.tenant(tenant)?.name ?? tenant }, user: ownOf(user === undefined ? undefined : users.get(user)) },
    may: actsOfRole[role],
    now,
    mode,
    address: address.origin,
    demoKey: key,
    curl: curl(key ?? '$EMILY_KEY', models),
    currency: 'EUR',
    zone,
    models: models.map((model) => ({ id: model.id, owner: model.owner, simulated: isSimulated(model) })),
    tenants,
    replay: tenant === undefined ? replay : null,
  };
}

/** What a user is told of themselves; null: whoever it is has no account of their own. */
const ownOf = (user: User | undefined): object | null => (user === undefined ? null : { id: user.id, name: user.name, hasPassword: user.hasPassword });
