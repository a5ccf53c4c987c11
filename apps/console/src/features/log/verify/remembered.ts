// The newest checkpoint that this browser has seen and found to hold: what a gateway that rewrote its log cannot take back.
const KEY = 'countersign.checkpoint';

export const remembered = (): string | null => window.localStorage.getItem(KEY);

export function remember(note: string): void {
  window.localStorage.setItem(KEY, note);
}

export function forget(): void {
  window.localStorage.removeItem(KEY);
}
