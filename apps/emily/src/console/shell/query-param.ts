import { useSyncExternalStore } from 'react';

/*
 * What the viewer filtered and chose stands in the address, so that a reload, a link and "back" keep it.
 * Typing replaces the entry in the history; choosing (a tab) adds one.
 */
const CHANGED = 'emily-query';

export function useQueryParam(name: string, fallback: string): readonly [string, (value: string, how?: 'replace' | 'push') => void] {
  const value = useSyncExternalStore(subscribeQuery, () => new URLSearchParams(location.search).get(name) ?? fallback);
  return [value, (next, how = 'replace') => write(name, next === fallback ? null : next, how)];
}

function write(name: string, value: string | null, how: 'replace' | 'push'): void {
  const url = new URL(location.href);
  if (value === null) url.searchParams.delete(name);
  else url.searchParams.set(name, value);
  enter(url, how);
}

/** Another question altogether: nothing of what was chosen before stays. */
export function writeQuery(params: Readonly<Record<string, string>>, how: 'push' | 'replace' = 'push'): void {
  const url = new URL(location.href);
  url.search = new URLSearchParams(params).toString();
  enter(url, how);
}

function enter(url: URL, how: 'push' | 'replace'): void {
  if (how === 'push') history.pushState(null, '', url);
  else history.replaceState(null, '', url);
  dispatchEvent(new Event(CHANGED));
}

/** Whenever the address says something else. */
export function subscribeQuery(changed: () => void): () => void {
  addEventListener('popstate', changed);
  addEventListener(CHANGED, changed);
  return () => {
    removeEventListener('popstate', changed);
    removeEventListener(CHANGED, changed);
  };
}
