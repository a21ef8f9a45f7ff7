import type { EpochMs } from '../api.ts';
import type { Act, Audit, BudgetRow, ChainVerdict, KeyRow, TenantRow } from '../api-accounts.ts';

type Named = { readonly id: string; readonly name: string };

const DAY_MS = 86_400_000;
const ACTS_MAX = 1_000;
const ACTS_BEFORE = 1_200;

/** Tenants, their keys and budgets, and who made them, in a fixture's world. */
export class FixtureAccounts {
  #tenants: readonly TenantRow[];
  readonly #keys: readonly KeyRow[];
  #acts: readonly Act[] = [];
  readonly #startedAt: EpochMs;

  constructor(tenants: readonly Named[], startedAt: EpochMs) {
    this.#startedAt = startedAt;
    const ago = (days: number): string => new Date(startedAt - days * DAY_MS).toISOString();
    this.#tenants = tenants.map(({ id, name }, n) => ({ id, name, createdAt: ago(90 - n) }));
    this.#keys = tenants.flatMap(({ id }, n) => [
      { id: `key${n}aQd2mT7Z`, tenant: id, user: null, project: null, name: 'app', scopes: ['infer'], createdAt: ago(80), expiresAt: null, revokedAt: null },
      { id: `key${n}bQd2mT7Z`, tenant: id, user: 'user-0007', project: 'search', name: 'notebook', scopes: ['infer', 'read'], createdAt: ago(40), expiresAt: null, revokedAt: ago(2) },
      { id: `key${n}cQd2mT7Z`, tenant: id, user: null, project: null, name: 'trial', scopes: ['infer'], createdAt: ago(40), expiresAt: ago(10), revokedAt: null },
    ]);
    for (const { id, name } of tenants) this.#do('tenant-created', { tenant: id, name }, startedAt - 90 * DAY_MS);
    for (const { id, tenant, name, scopes } of this.#keys) this.#do('key-created', { key: id, tenant, name, scopes }, startedAt - 80 * DAY_MS);
    for (let n = 0; n < ACTS_BEFORE; n += 1) this.#do(n % 2 === 0 ? 'session-opened' : 'session-closed', { session: `s${n}` }, startedAt - 70 * DAY_MS + n * 60_000);
    this.#do('budget-set', { tenant: tenants[0]?.id, budget: 'monthly', limit: '500.00' }, startedAt - DAY_MS);
  }

  tenants(): { readonly data: readonly TenantRow[] } {
    return { data: this.#tenants };
  }

  /** What is wrong with the wish; undefined: it is made. */
  create({ id, name }: { readonly id: string; readonly name: string }, at: EpochMs): string | undefined {
    if (this.#tenants.some((tenant) => tenant.id === id)) return `There is a tenant ${id} already.`;
    this.#tenants = [...this.#tenants, { id, name, createdAt: new Date(at).toISOString() }];
    this.#do('tenant-created', { tenant: id, name }, at);
    return undefined;
  }

  keys(tenant: string | null): { readonly data: readonly KeyRow[] } {
    return { data: this.#keys.filter((key) => key.tenant === tenant) };
  }

  budgets(tenant: string | null): { readonly data: readonly BudgetRow[] } {
    if (tenant !== this.#tenants[0]?.id) return { data: [] };
    const base = { tenant: tenant ?? '', currency: 'EUR', setBy: 'operator' };
    return { data: [
      { ...base, id: 'monthly', of: 'organisation', period: 'month', kind: 'hard', limit: '500', current: { period: '2026-11', spent: '312.5', reserved: '0.0125', left: '187.4875' } },
      { ...base, id: 'notebooks', of: 'user', user: 'user-0007', period: 'day', kind: 'soft', limit: '5', current: { period: '2026-11-24', spent: '5.25', reserved: '0', left: '0' } },
    ] };
  }

  audit(from: number, tenant: string | null): Audit {
    const rows = this.#acts.filter((act) => act.number >= from && (tenant === null || act['tenant'] === tenant));
    const data = rows.slice(0, ACTS_MAX);
    return { data, next: rows.length > ACTS_MAX ? (data.at(-1)?.number ?? 0) + 1 : null, head: this.#head() };
  }

  /** `isBroken`: somebody has changed an act. */
  chain(kept: string | null, isBroken: boolean): ChainVerdict {
    const keptAt = this.#acts.find((act) => act.chain === kept)?.number ?? null;
    if (!isBroken) return { holds: true, acts: this.#acts.length, chain: this.#head().chain, flaw: null, keptAt };
    return { holds: false, acts: 7, chain: this.#acts[6]?.chain ?? '', flaw: 'command 7 (key-created) is not what was written', keptAt };
  }

  #head(): Audit['head'] {
    return { chain: this.#acts.at(-1)?.chain ?? '', commands: this.#acts.length };
  }

  #do(act: string, more: object, at: EpochMs): void {
    const number = this.#acts.length;
    const by = act === 'key-created' ? `key ${this.#tenants.length}aQd2mT7Z` : 'console session';
    this.#acts = [...this.#acts, { number, at: new Date(Math.min(at, this.#startedAt + DAY_MS)).toISOString(), act, by, ...more, chain: (number + 1).toString(16).padStart(64, '0') }];
  }
}
