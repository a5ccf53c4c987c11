// The gateway's clock, as well as this page can know it: this machine's own, corrected by what the gateway last said.
// Deadlines are the gateway's; a wrong clock on a reviewer's machine must not lie about them.
import { useSyncExternalStore } from 'react';

let offsetMs = 0;
let nowMs = Date.now();
let timer: number | undefined;
const listeners = new Set<() => void>();

function tick(): void {
  nowMs = Date.now() + offsetMs;
  for (const listener of listeners) listener();
}

function subscribe(listener: () => void): () => void {
  listeners.add(listener);
  timer ??= window.setInterval(tick, 1000);
  return () => {
    listeners.delete(listener);
    if (listeners.size > 0) return;
    window.clearInterval(timer);
    timer = undefined;
  };
}

/** Corrects the clock by the gateway's own time, as an answer of the API just carried it. */
export function setGatewayTime(iso: string): void {
  offsetMs = Date.parse(iso) - Date.now();
  tick();
}

/** The gateway's time in milliseconds; a component that reads it is drawn again every second. */
export const useGatewayNow = (): number => useSyncExternalStore(subscribe, () => nowMs);

/** The gateway's time at this moment, without being drawn again when it passes. */
export const gatewayNow = (): number => Date.now() + offsetMs;
