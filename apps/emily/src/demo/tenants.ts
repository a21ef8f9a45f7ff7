import { strict as assert } from 'node:assert';
import { tenantId, userId, type TenantId, type UserId } from '../domain/names.ts';

/** A customer that does not exist, for demos and replays: traces carry no users. */
export interface SyntheticTenant {
  readonly id: TenantId;
  readonly name: string;
  /** Its users, the busiest first. Two tenants may both have an `ana`: a user belongs to a tenant. */
  readonly users: readonly UserId[];
}

const people = [
  'ana', 'bruno', 'chen', 'dilara', 'emeka', 'fatima', 'goran', 'hana', 'ines', 'jonas', 'keiko', 'luis', 'mira',
  'nils', 'olga', 'pedro', 'quinn', 'rosa', 'samir', 'tova', 'uma', 'viktor', 'wanda', 'xiu', 'yusuf', 'zoe',
  'amir', 'bella', 'carlos', 'dana', 'elif', 'felix', 'greta', 'hugo', 'isla', 'jamal', 'kira', 'leon', 'maya', 'noor',
];

/** `count` people from the `first` on, round the list. */
const staff = (first: number, count: number): UserId[] =>
  Array.from({ length: count }, (_, index) => userId(people[(first + index) % people.length]!));

/** The busiest first. */
export const syntheticTenants: readonly SyntheticTenant[] = [
  { id: tenantId('aurora-labs'), name: 'Aurora Labs', users: staff(0, 40) },
  { id: tenantId('blue-heron'), name: 'Blue Heron Logistics', users: staff(7, 36) },
  { id: tenantId('cedar-and-co'), name: 'Cedar & Co', users: staff(14, 32) },
  { id: tenantId('delta-health'), name: 'Delta Health', users: staff(21, 30) },
  { id: tenantId('evergreen-press'), name: 'Evergreen Press', users: staff(28, 26) },
  { id: tenantId('foxglove-games'), name: 'Foxglove Games', users: staff(35, 24) },
];

/** Refuses a set of API keys in which a synthetic tenant has none. */
export function assertKeyOfEach(keys: ReadonlyMap<TenantId, string>): void {
  for (const { id } of syntheticTenants) assert(keys.has(id), `no API key for the synthetic tenant ${id}`);
}
