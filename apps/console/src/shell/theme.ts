// Light, dark, or as the system has it; remembered in this browser.
import { useSyncExternalStore } from 'react';

export const THEMES = ['system', 'light', 'dark'] as const;
export type Theme = (typeof THEMES)[number];

const KEY = 'countersign.theme';
const listeners = new Set<() => void>();

function read(): Theme {
  const kept = window.localStorage.getItem(KEY);
  return THEMES.find((theme) => theme === kept) ?? 'system';
}

/** `light-dark()` in the style sheet follows the `color-scheme` that this attribute sets. */
export function applyTheme(): void {
  document.documentElement.dataset['theme'] = read();
}

function subscribe(listener: () => void): () => void {
  const changed = (): void => {
    applyTheme();
    listener();
  };
  listeners.add(changed);
  window.addEventListener('storage', changed);
  return () => {
    listeners.delete(changed);
    window.removeEventListener('storage', changed);
  };
}

export const useTheme = (): Theme => useSyncExternalStore(subscribe, read);

export function setTheme(theme: Theme): void {
  window.localStorage.setItem(KEY, theme);
  for (const listener of listeners) listener();
}
