// A token that is to be issued, as somebody chose it.
import type { IssuedToken } from '@countersign/gateway/admin/client';

export type Role = IssuedToken['roles'][number];

export const ROLES = [
  'viewer',
  'auditor',
  'approver',
  'policy_author',
  'admin',
] as const satisfies readonly Role[];

/** Hours; 0 for one that does not end by itself. */
export const LENGTHS = [8, 24, 168, 720, 2160, 0] as const;

export interface Grant {
  /** Registry name. */
  readonly user: string;
  readonly roles: readonly Role[];
  /** Absent: until it is revoked. */
  readonly expiresInHours?: number;
}

export function grantOf(user: string, roles: readonly Role[], hours: number): Grant {
  const inOrder = ROLES.filter((role) => roles.includes(role));
  return { user, roles: inOrder, ...(hours === 0 ? {} : { expiresInHours: hours }) };
}
