import { readStored, writeStored } from './storage.js';

/** `system` follows the operating system. */
export type Theme = 'system' | 'light' | 'dark';

/** public/theme.js reads the same key before the first paint. */
const KEY = 'rondo.theme';

export function currentTheme(): Theme {
  const stored = readStored(KEY);
  return stored === 'light' || stored === 'dark' ? stored : 'system';
}

export function setTheme(theme: Theme): void {
  writeStored(KEY, theme === 'system' ? '' : theme);
  show(theme);
}

/** Follows the theme that is chosen in other tabs, and tells of it. */
export function followTheme(chosen: (theme: Theme) => void): void {
  window.addEventListener('storage', ({ key }) => {
    // Without a key, all was cleared.
    if (key !== KEY && key !== null) return;
    show(currentTheme());
    chosen(currentTheme());
  });
}

function show(theme: Theme): void {
  if (theme === 'system') delete document.documentElement.dataset['theme'];
  else document.documentElement.dataset['theme'] = theme;
}
