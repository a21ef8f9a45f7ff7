import { useSyncExternalStore } from 'react';

/*
 * What the viewer filtered and chose stands in the address, so that a reload, a link and "back" keep it.
 * Typing replaces the entry in the history; choosing (a tab) adds one.
 */
const CHANGED = 'emily-query';

export function useQueryParam(name: string, fallback: string): readonly [string, (value: string, how?: 'replace' | 'push') => void] {
  const value = useSyncExternalStore(subscribe, () => new URLSearchParams(location.search).get(name) ?? fallback);
  return [value, (next, how = 'replace') => write(name, next === fallback ? null : next, how)];
}

function write(name: string, value: string | null, how: 'replace' | 'push'): void {
  const url = new URL(location.href);
  if (value === null) url.searchParams.delete(name);
  else url.searchParams.set(name, value);
  if (how === 'push') history.pushState(null, '', url);
  else history.replaceState(null, '', url);
  dispatchEvent(new Event(CHANGED));
}

function subscribe(changed: () => void): () => void {
  addEventListener('popstate', changed);
  addEventListener(CHANGED, changed);
  return () => {
    removeEventListener('popstate', changed);
    removeEventListener(CHANGED, changed);
  };
}
