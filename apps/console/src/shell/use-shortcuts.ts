// Keyboard shortcuts of the whole console. Single keys can be switched off (WCAG 2.2, 2.1.4); that is remembered here.
import { useEffect, useSyncExternalStore } from 'react';
import { shortcutOf, type Shortcut } from './model/shortcuts.ts';

const KEY = 'countersign.single-keys';
const PREFIX_MS = 1500;
const listeners = new Set<() => void>();

const read = (): boolean => window.localStorage.getItem(KEY) !== 'off';

function subscribe(listener: () => void): () => void {
  listeners.add(listener);
  return () => listeners.delete(listener);
}

export const useSingleKeys = (): boolean => useSyncExternalStore(subscribe, read);

export function setSingleKeys(on: boolean): void {
  window.localStorage.setItem(KEY, on ? 'on' : 'off');
  for (const listener of listeners) listener();
}

/** Calls `run` for every shortcut. `run` returns false for one that it has no use for: the key is then left alone. */
export function useShortcuts(run: (shortcut: Shortcut) => boolean): void {
  useEffect(() => {
    let prefixedUntil = 0;
    const onKeyDown = (event: KeyboardEvent): void => {
      if (event.defaultPrevented || event.altKey) return;
      const press = {
        key: event.key,
        withModifier: event.ctrlKey || event.metaKey,
        // Seen from here, what happens in an editor's shadow root happens to its host.
        inField: isField(event.composedPath()[0] ?? null),
      };
      const shortcut = shortcutOf(press, event.timeStamp < prefixedUntil, read());
      prefixedUntil = shortcut === 'prefix' ? event.timeStamp + PREFIX_MS : 0;
      if (shortcut === null || shortcut === 'prefix') return;
      if (run(shortcut)) event.preventDefault();
    };
    window.addEventListener('keydown', onKeyDown);
    return () => window.removeEventListener('keydown', onKeyDown);
  }, [run]);
}

function isField(target: EventTarget | null): boolean {
  return (
    target instanceof HTMLElement &&
    (target.isContentEditable ||
      target.matches('input, textarea, select, [role="textbox"], [role="combobox"]'))
  );
}
