// What a key means: single keys and `g` followed by one. Pure; the page does what it says.

export type Shortcut =
  | { readonly kind: 'go'; readonly key: string }
  | { readonly kind: 'search' }
  | { readonly kind: 'help' }
  | { readonly kind: 'palette' };

export interface Press {
  readonly key: string;
  readonly withModifier: boolean;
  /** Whether the key goes into a field. */
  readonly inField: boolean;
}

/** `prefixed`: whether `g` came just before. Null: no shortcut. `'prefix'`: the next key decides. */
export function shortcutOf(
  { key, withModifier, inField }: Press,
  prefixed: boolean,
  singleKeys: boolean,
): Shortcut | 'prefix' | null {
  if (withModifier) return key.toLowerCase() === 'k' ? { kind: 'palette' } : null;
  if (inField || !singleKeys) return null;
  if (prefixed) return key.length === 1 ? { kind: 'go', key } : null;
  if (key === 'g') return 'prefix';
  if (key === '/') return { kind: 'search' };
  return key === '?' ? { kind: 'help' } : null;
}
