// Which clock the page shows, remembered in this browser.
import { useSyncExternalStore } from 'react';
import type { Zone } from './model/format.ts';

const KEY = 'countersign.zone';
const listeners = new Set<() => void>();

/** Every time that is shown looks at it: read once. */
let chosen = read();

function read(): Zone {
  return window.localStorage.getItem(KEY) === 'utc' ? 'utc' : 'local';
}

function changed(): void {
  chosen = read();
  for (const listener of listeners) listener();
}

// Another tab may change it, too.
window.addEventListener('storage', changed);

function subscribe(listener: () => void): () => void {
  listeners.add(listener);
  return () => listeners.delete(listener);
}

export const useZone = (): Zone => useSyncExternalStore(subscribe, () => chosen);

export function setZone(zone: Zone): void {
  window.localStorage.setItem(KEY, zone);
  changed();
}
