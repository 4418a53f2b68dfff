export type Theme = 'light' | 'dark';
const STORED = 'drydock.theme';

const stored = (): Theme | null => {
  try {
    const value = localStorage.getItem(STORED);
    return value === 'light' || value === 'dark' ? value : null;
  } catch {
    return null;
  }
};

const systemTheme = (): Theme => (matchMedia('(prefers-color-scheme: dark)').matches ? 'dark' : 'light');

/** Of this tab now: what was chosen, else what the system says. */
export const currentTheme = (): Theme => stored() ?? systemTheme();

/** Puts a choice made earlier back; without one the style sheet follows the system by itself. */
export const applyStoredTheme = (): void => {
  const theme = stored();
  if (theme !== null) document.documentElement.dataset['theme'] = theme;
};

export const chooseTheme = (theme: Theme): void => {
  document.documentElement.dataset['theme'] = theme;
  try {
    localStorage.setItem(STORED, theme);
  } catch {
    // Blocked by the browser: the choice lasts as long as the tab.
  }
};
