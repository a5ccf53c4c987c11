// The first sentence of a report on something broken: where, and why.

import type { Failure } from './types.ts';

/** Where it is broken and why. Most messages begin with the entry, which is not said twice. */
export function brokenBy({ index, message }: Failure, kind = ''): string {
  if (index === null) return `broken${kind}: ${message}`;
  const entry = `entry ${index}`;
  const why = message.startsWith(`${entry}: `)
    ? message.slice(entry.length + 2)
    : message.startsWith(`${entry} `)
      ? `it${message.slice(entry.length)}`
      : message;
  return `broken at ${entry}${kind}: ${why}`;
}
