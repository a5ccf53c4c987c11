// Where a text typed into the palette leads: ids as they are, pages, agents, servers and policies whose name holds it.
import { navItemsFor } from '../nav-items.ts';

export interface Destination {
  readonly label: string;
  readonly path: string;
}

/** What has a name; of each kind as much as is known by now. */
export interface Known {
  readonly agents: readonly string[];
  readonly servers: readonly string[];
  /** Of the set in force. */
  readonly policies: readonly string[];
  /** Of the set in force; null where there is none, or it is not on record. */
  readonly version: number | null;
}

const IDS = [
  [/^call_[0-9a-f]{32}$/, 'Call', '/calls/'],
  [/^chain_[0-9a-f]{32}$/, 'Chain', '/chains/'],
  [/^apr_[0-9a-f]{32}$/, 'Request for approval', '/approvals/'],
  [/^chg_[0-9a-f]{32}$/, 'Proposed change', '/policies/changes/'],
] as const;

const ENTRY = /^#?(0|[1-9]\d{0,14})$/;

/** Named things of one kind that are offered at once; a longer name finds the rest. */
const MAX_OF_A_KIND = 5;

/** `roles`: of who types; pages that they may not open are not led to. */
export function destinationsFor(
  typed: string,
  roles: readonly string[],
  known: Known,
): readonly Destination[] {
  const wanted = typed.trim();
  const ids = IDS.filter(([form]) => form.test(wanted)).map(([, kind, path]) => ({
    label: `${kind} ${wanted}`,
    path: `${path}${wanted}`,
  }));
  const mayRead = roles.includes('auditor') || roles.includes('admin');
  const entry = mayRead ? (ENTRY.exec(wanted)?.[1] ?? null) : null;
  const holds = (name: string): boolean => name.toLowerCase().includes(wanted.toLowerCase());
  const pages = navItemsFor(roles)
    .filter(({ label }) => holds(label))
    .map(({ label, to }) => ({ label, path: to }));
  const named = (kind: string, names: readonly string[], pathOf: (name: string) => string): Destination[] =>
    wanted === ''
      ? []
      : names
          .filter(holds)
          .slice(0, MAX_OF_A_KIND)
          .map((name) => ({ label: `${kind} ${name}`, path: pathOf(encodeURIComponent(name)) }));
  return [
    ...ids,
    ...(entry === null ? [] : [{ label: `Entry ${entry} of the log`, path: `/log/entries/${entry}` }]),
    ...pages,
    ...named('Agent', known.agents, (name) => `/agents/${name}`),
    ...named('Server', known.servers, (name) => `/servers/${name}`),
    ...(known.version === null
      ? []
      : named(
          'Policy',
          known.policies,
          (id) => `/policies/versions/${known.version}?tab=files&policy=${id}`,
        )),
  ];
}

/** Ids of policies in their sources. */
export const policyIdsIn = (sources: readonly { readonly text: string }[]): readonly string[] =>
  sources.flatMap(({ text }) => [...text.matchAll(/@id\("([^"\\]+)"\)/g)].map(([, id = '']) => id));
