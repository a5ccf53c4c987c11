// Which roles somebody has: as a stored token says, or as the groups say that an identity provider named. What is not
// known never counts as anything that is.
import { z } from '@hono/zod-openapi';
import { type AdminRole, ROLES } from './role-names.ts';

export type { AdminRole } from './role-names.ts';

const roles = z.array(z.enum(ROLES));

/** Null for a role that this version does not know: it must not count as any that it does. */
export function readRoles(stored: readonly string[]): readonly AdminRole[] | null {
  return roles.safeParse(stored).data ?? null;
}

/** What `groups` stand for by a map of the configuration, each once, in the order of the map. */
export function mapped<Value extends string>(
  groups: readonly string[],
  map: Readonly<Record<string, readonly Value[]>>,
): readonly Value[] {
  const named = new Set(groups);
  const found = Object.entries(map).flatMap(([group, values]) => (named.has(group) ? values : []));
  return [...new Set(found)];
}
