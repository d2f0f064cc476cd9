import { currentTheme, setTheme, type Theme } from '../state/theme.js';

const THEMES: readonly Theme[] = ['system', 'light', 'dark'];

/** The radio buttons of the theme. */
export function setUpThemeSwitch(): void {
  for (const theme of THEMES) {
    const radio = document.querySelector<HTMLInputElement>(`input[name="theme"][value="${theme}"]`);
    if (!radio) continue;
    radio.checked = currentTheme() === theme;
    radio.addEventListener('change', () => setTheme(theme));
  }
}
