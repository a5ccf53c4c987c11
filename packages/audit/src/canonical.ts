// Canonical JSON (RFC 8785) for a closed subset: objects, arrays, strings, booleans, null and safe
// integers. It refuses everything else, so the hard part of the RFC (how a float is printed) never arises.

export type CanonicalValue =
  | string
  | number
  | boolean
  | null
  | readonly CanonicalValue[]
  | { readonly [member: string]: CanonicalValue };

/**
 * The one text of a value: members sorted by UTF-16 code units, no white space, shortest escapes.
 * Throws a TypeError for a float, an integer beyond 2^53 - 1, a lone surrogate, or a value that is not JSON.
 */
export function canonicalJson(value: CanonicalValue): string {
  if (value === null || typeof value === 'boolean') return String(value);
  if (typeof value === 'number') {
    if (!Number.isSafeInteger(value)) {
      throw new TypeError(`canonical JSON here has safe integers only, not \`${value}\`; use a string`);
    }
    return String(value);
  }
  if (typeof value === 'string') {
    if (!value.isWellFormed()) throw new TypeError('canonical JSON cannot hold a lone surrogate');
    return JSON.stringify(value);
  }
  if (Array.isArray(value)) return `[${value.map((item) => canonicalJson(item)).join(',')}]`;
  if (typeof value !== 'object') throw new TypeError(`canonical JSON cannot hold a ${typeof value}`);
  const members = value as { readonly [member: string]: CanonicalValue };
  let text = '';
  // The default order of `sort` is by UTF-16 code units, as RFC 8785 section 3.2.3 wants it.
  for (const name of Object.keys(members).sort()) {
    text += `${text === '' ? '' : ','}${canonicalJson(name)}:${canonicalJson(members[name] as CanonicalValue)}`;
  }
  return `{${text}}`;
}
