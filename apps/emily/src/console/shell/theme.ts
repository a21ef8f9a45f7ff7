/*
 * Light or dark: the system's wish, unless the viewer chose. Choosing what the system says anyway
 * means following it again. The choice lives in this browser only.
 */
export type Theme = 'light' | 'dark';

const STORED_AS = 'emily-theme';
const systemDark: MediaQueryList = matchMedia('(prefers-color-scheme: dark)');
const listeners = new Set<() => void>();

export const currentTheme = (): Theme => chosen() ?? systemTheme();

export function toggleTheme(): void {
  const next: Theme = currentTheme() === 'dark' ? 'light' : 'dark';
  if (next === systemTheme()) localStorage.removeItem(STORED_AS);
  else localStorage.setItem(STORED_AS, next);
  applyTheme();
}

/** Puts the choice on the root element and tells those who paint by hand. */
export function applyTheme(): void {
  const theme = chosen();
  if (theme === null) delete document.documentElement.dataset.theme;
  else document.documentElement.dataset.theme = theme;
  for (const listener of listeners) listener();
}

export function onTheme(listener: () => void): () => void {
  listeners.add(listener);
  return () => listeners.delete(listener);
}

systemDark.addEventListener('change', applyTheme);

function chosen(): Theme | null {
  const stored = localStorage.getItem(STORED_AS);
  return stored === 'light' || stored === 'dark' ? stored : null;
}

const systemTheme = (): Theme => (systemDark.matches ? 'dark' : 'light');
