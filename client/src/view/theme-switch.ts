import { currentTheme, followTheme, setTheme, type Theme } from '../state/theme.js';

const THEMES: readonly Theme[] = ['system', 'light', 'dark'];

/** The radio buttons of the theme. */
export function setUpThemeSwitch(): void {
  for (const theme of THEMES) radioOf(theme)?.addEventListener('change', () => setTheme(theme));
  check(currentTheme());
  followTheme(check);
}

function check(theme: Theme): void {
  const radio = radioOf(theme);
  if (radio) radio.checked = true;
}

function radioOf(theme: Theme): HTMLInputElement | null {
  return document.querySelector<HTMLInputElement>(`input[name="theme"][value="${theme}"]`);
}
