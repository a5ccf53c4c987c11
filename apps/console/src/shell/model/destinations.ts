// Where a text typed into the palette leads: pages whose name holds it, and ids as they are.
import { navItemsFor } from '../nav-items.ts';

export interface Destination {
  readonly label: string;
  readonly path: string;
}

const IDS = [
  [/^call_[0-9a-f]{32}$/, 'Call', '/calls/'],
  [/^chn_[0-9a-f]{32}$/, 'Chain', '/chains/'],
  [/^apr_[0-9a-f]{32}$/, 'Request for approval', '/approvals/'],
  [/^chg_[0-9a-f]{32}$/, 'Proposed change', '/policies/changes/'],
] as const;

/** `roles`: of who types; pages that they may not open are not led to. */
export function destinationsFor(typed: string, roles: readonly string[]): readonly Destination[] {
  const wanted = typed.trim();
  const ids = IDS.filter(([form]) => form.test(wanted)).map(([, kind, path]) => ({
    label: `${kind} ${wanted}`,
    path: `${path}${wanted}`,
  }));
  const pages = navItemsFor(roles).filter(({ label }) => label.toLowerCase().includes(wanted.toLowerCase()));
  return [...ids, ...pages.map(({ label, to }) => ({ label, path: to }))];
}
