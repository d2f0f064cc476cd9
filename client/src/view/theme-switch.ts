import { readStored, writeStored } from '../state/storage.js';

/** `system` follows the operating system. */
type Theme = 'system' | 'light' | 'dark';

const THEMES: readonly Theme[] = ['system', 'light', 'dark'];
/** public/theme.js reads the same key before the first paint. */
const KEY = 'rondo.theme';

/** The radio buttons of the theme, which follow what is chosen in other tabs. */
export function setUpThemeSwitch(): void {
  for (const theme of THEMES) {
    radioOf(theme)?.addEventListener('change', () => {
      writeStored(KEY, theme === 'system' ? '' : theme);
      show(theme);
    });
  }
  check(currentTheme());
  window.addEventListener('storage', ({ key }) => {
    // Without a key, all was cleared.
    if (key !== KEY && key !== null) return;
    show(currentTheme());
    check(currentTheme());
  });
}

function currentTheme(): Theme {
  const stored = readStored(KEY);
  return stored === 'light' || stored === 'dark' ? stored : 'system';
}

function show(theme: Theme): void {
  if (theme === 'system') delete document.documentElement.dataset['theme'];
  else document.documentElement.dataset['theme'] = theme;
}

function check(theme: Theme): void {
  const radio = radioOf(theme);
  if (radio) radio.checked = true;
}

function radioOf(theme: Theme): HTMLInputElement | null {
  return document.querySelector<HTMLInputElement>(`input[name="theme"][value="${theme}"]`);
}
