import type { MouseEvent } from 'react';
import { pageStrings } from '../strings-of-pages.ts';
import type { Jump } from './keyboard.ts';
import { useQueryParam, writeQuery } from './query-param.ts';

/*
 * Which page is shown stands in the address, as `?page=ID`; the first page needs none.
 * Another page is another question, so nothing of the last one's filters goes along.
 */
export type PageId = keyof typeof pageStrings.pages;

const first: PageId = 'now';
export const pages: readonly PageId[] = [first, 'models'];

export function usePage(): PageId {
  const [asked] = useQueryParam('page', first);
  return pages.find((page) => page === asked) ?? first;
}

/** The address of a page with a question of its own. */
export const pageHref = (page: PageId, params: Readonly<Record<string, string>> = {}): string => `?${new URLSearchParams({ page, ...params }).toString()}`;

/** What a link to a page does: stays in this document, unless another tab or window is asked for. */
export const onPageLink = (page: PageId, params: Readonly<Record<string, string>> = {}) => (event: MouseEvent): void => {
  if (event.button !== 0 || event.ctrlKey || event.metaKey || event.shiftKey || event.altKey) return;
  event.preventDefault();
  writeQuery({ page, ...params });
};

const letters: Record<PageId, string> = { now: 'N', models: 'M' };

export const pageJumps: readonly Jump[] = pages.map((page) => ({ letter: letters[page], title: pageStrings.pages[page].title, go: () => writeQuery({ page }) }));
