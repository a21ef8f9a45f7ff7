import { useEffect } from 'react';

/** Where the letter after `g` goes: small to a section of the page, capital to another page. */
export type Jump = { readonly letter: string; readonly title: string; readonly go: () => void };

/** How long after `g` its letter may come. */
const GO_WITHIN_MS = 1_500;

/**
 * The console's keys: `/` search, `?` the list of keys, `g` then a letter to go. They are silent while
 * one types, and while a modifier is down, so that the browser's own keys work.
 */
export function useKeyboard(jumps: readonly Jump[], act: { readonly search: () => void; readonly help: () => void }): void {
  useEffect(() => {
    let wentAt = -Infinity;
    const press = (event: KeyboardEvent): void => {
      if (event.key === 'Shift') return; // On the way to a capital.
      if (event.ctrlKey || event.metaKey || event.altKey || isTyping(event.target) || document.querySelector('dialog[open]') !== null) return;
      const going = event.timeStamp - wentAt < GO_WITHIN_MS;
      wentAt = -Infinity;
      const jump = going ? jumps.find(({ letter }) => letter === event.key) : undefined;
      if (jump !== undefined) jump.go();
      else if (event.key === 'g') wentAt = event.timeStamp;
      else if (event.key === '/') act.search();
      else if (event.key === '?') act.help();
      else return;
      event.preventDefault();
    };
    addEventListener('keydown', press);
    return () => removeEventListener('keydown', press);
  }, [jumps, act]);
}

const isTyping = (target: EventTarget | null): boolean => target instanceof HTMLElement && target.matches('input:not([type=range]), select, textarea, [contenteditable]');
