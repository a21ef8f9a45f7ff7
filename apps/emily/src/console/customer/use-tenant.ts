import type { Hello } from '../api.ts';
import { useQueryParam } from '../shell/query-param.ts';

export type ChosenTenant = {
  /** Whose pages are shown; '': nobody is chosen. */
  readonly id: string;
  /** Whom the server has to be told of: '' of a tenant's own people, who are of that one. */
  readonly asked: string;
  /** Undefined where there is nothing to choose. */
  readonly choose?: (id: string) => void;
};

/** The tenant of a customer's page: one's own, or for those of the house the one in the address. */
export function useTenant({ who, tenants }: Hello): ChosenTenant {
  const [asked, write] = useQueryParam('tenant', '');
  if (who.tenant !== null) return { id: who.tenant.id, asked: '' };
  const known = tenants.some(({ id }) => id === asked) ? asked : '';
  return { id: known, asked: known, choose: (id) => write(id, 'push') };
}
