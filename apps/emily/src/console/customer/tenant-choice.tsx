import { useId, type ReactElement } from 'react';
import type { Hello } from '../api.ts';
import { pageStrings } from '../strings-of-pages.ts';
import type { ChosenTenant } from './use-tenant.ts';
import './tenant-choice.css';

/** Whose page it is, beside its title, for those of the house; a tenant's own people choose nothing. */
export function TenantChoice({ hello, tenant, none }: { readonly hello: Hello; readonly tenant: ChosenTenant; readonly none: string }): ReactElement | null {
  const field = useId();
  const { choose } = tenant;
  if (choose === undefined) return null;
  return (
    <div className="tenant-choice">
      <label htmlFor={field}>{pageStrings.tenant}</label>
      <select id={field} className="field" value={tenant.id} onChange={(event) => choose(event.target.value)}>
        <option value="">{none}</option>
        {hello.tenants.map(({ id, name }) => <option key={id} value={id}>{name}</option>)}
      </select>
    </div>
  );
}
