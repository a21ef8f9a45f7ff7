import type { Invoice } from '../../api.ts';

export type InvoiceFilter = {
  /** Words that must all occur in the user, the tenant's id or name, or the number. */
  readonly search: string;
  readonly tenant: string;
  readonly status: string;
};

/** The invoices that match; '' in a field does not filter. */
export function filterInvoices(invoices: readonly Invoice[], filter: InvoiceFilter, tenantName: (id: string) => string): readonly Invoice[] {
  const words = filter.search.toLowerCase().split(/\s+/).filter((word) => word !== '');
  const matches = ({ user, tenant, number, status }: Invoice): boolean => {
    const text = `${user} ${tenant} ${tenantName(tenant)} ${number ?? ''}`.toLowerCase();
    return (filter.tenant === '' || tenant === filter.tenant)
      && (filter.status === '' || status === filter.status)
      && words.every((word) => text.includes(word));
  };
  return invoices.filter(matches);
}
