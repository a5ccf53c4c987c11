// Which clock the page shows, remembered in this browser.
import { useSyncExternalStore } from 'react';
import type { Zone } from './model/format.ts';

const KEY = 'countersign.zone';
const listeners = new Set<() => void>();

function read(): Zone {
  return window.localStorage.getItem(KEY) === 'utc' ? 'utc' : 'local';
}

function subscribe(listener: () => void): () => void {
  listeners.add(listener);
  // Another tab may change it, too.
  window.addEventListener('storage', listener);
  return () => {
    listeners.delete(listener);
    window.removeEventListener('storage', listener);
  };
}

export const useZone = (): Zone => useSyncExternalStore(subscribe, read);

export function setZone(zone: Zone): void {
  window.localStorage.setItem(KEY, zone);
  for (const listener of listeners) listener();
}
