import { useSyncExternalStore } from 'react';

/** The root's font size in pixels, which grows with very wide screens: what a canvas must be told. */
export const useRem = (): number => useSyncExternalStore(subscribe, read);

const read = (): number => Number.parseFloat(getComputedStyle(document.documentElement).fontSize);

function subscribe(changed: () => void): () => void {
  addEventListener('resize', changed);
  return () => removeEventListener('resize', changed);
}
