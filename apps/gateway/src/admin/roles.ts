// The roles of admin tokens. Every role may read; the rest is each route's to say.
import { z } from '@hono/zod-openapi';
import { Role } from './schemas/access.ts';

export type AdminRole = z.infer<typeof Role>;

const roles = z.array(Role);

/** Null for a role that this version does not know: it must not count as any that it does. */
export function readRoles(stored: readonly string[]): readonly AdminRole[] | null {
  return roles.safeParse(stored).data ?? null;
}
