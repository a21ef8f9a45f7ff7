import type { MouseEvent } from 'react';
import type { Act, Hello } from '../api.ts';
import { pageStrings } from '../strings-of-pages.ts';
import type { Jump } from './keyboard.ts';
import { useQueryParam, writeQuery } from './query-param.ts';

/*
 * Which page is shown stands in the address, as `?page=ID`; the first page needs none.
 * Another page is another question, so nothing of the last one's filters goes along, but the tenant whose pages are looked at.
 */
export type PageId = keyof typeof pageStrings.pages;

const first: PageId = 'now';

/** In the order of the way to them: the letter after `g`, what one must be allowed to do to see it, whether it is of one tenant, or for the house alone. */
const known: Readonly<Record<PageId, { readonly letter: string; readonly act: Act; readonly ofTenant?: true; readonly ofHouse?: true }>> = {
  now: { letter: 'N', act: 'watch' },
  requests: { letter: 'R', act: 'watch' },
  holds: { letter: 'H', act: 'watch' },
  fleet: { letter: 'F', act: 'watch' },
  models: { letter: 'M', act: 'watch' },
  tenants: { letter: 'T', act: 'watch' },
  usage: { letter: 'U', act: 'read', ofTenant: true },
  keys: { letter: 'K', act: 'look', ofTenant: true },
  budgets: { letter: 'B', act: 'read', ofTenant: true },
  playground: { letter: 'P', act: 'look', ofTenant: true },
  audit: { letter: 'A', act: 'audit', ofHouse: true },
};

/** Those that somebody may see. */
export const pagesOf = ({ may }: Pick<Hello, 'may'>): readonly PageId[] => (Object.keys(known) as PageId[]).filter((page) => may.includes(known[page].act) && (known[page].ofHouse !== true || may.includes('watch')));

export function usePage(hello: Pick<Hello, 'may'>): PageId {
  const [asked] = useQueryParam('page', first);
  const pages = pagesOf(hello);
  return pages.find((page) => page === asked) ?? pages[0] ?? first;
}

/** The address of a page with a question of its own. */
export const pageHref = (page: PageId, params: Readonly<Record<string, string>> = {}): string => `?${new URLSearchParams({ page, ...params }).toString()}`;

/** What a link to a page does: stays in this document, unless another tab or window is asked for. */
export const onPageLink = (page: PageId, params: Readonly<Record<string, string>> = {}) => (event: MouseEvent): void => {
  if (event.button !== 0 || event.ctrlKey || event.metaKey || event.shiftKey || event.altKey) return;
  event.preventDefault();
  writeQuery({ page, ...params });
};

export const pageJumps = (hello: Pick<Hello, 'may'>): readonly Jump[] =>
  pagesOf(hello).map((page) => ({ letter: known[page].letter, title: pageStrings.pages[page].title, go: () => writeQuery({ page, ...goingAlong(page, new URLSearchParams(location.search).get('tenant') ?? '') }) }));

/** What goes along to a page: the tenant that is chosen, where it is of one. */
export const goingAlong = (page: PageId, tenant: string): Readonly<Record<string, string>> => (known[page].ofTenant === true && tenant !== '' ? { tenant } : {});
