// The vocabulary of registry objects: kinds, what each is called in the log, and how names may look.
import type { EntryBody, Id, IdPrefix } from '@countersign/audit';

export const API_VERSION = 'countersign.dev/v1alpha1';

export const KINDS = ['Team', 'Group', 'User', 'Issuer', 'Agent', 'A2AAgent', 'MCPServer'] as const;
export type Kind = (typeof KINDS)[number];

/** The bindings of A2A that the gateway speaks to agents, as their cards name them. */
export const A2A_BINDINGS = ['JSONRPC', 'HTTP+JSON', 'GRPC'] as const;
export type A2aBinding = (typeof A2A_BINDINGS)[number];

type LoggedObject = EntryBody<'registry.changed'>['object'];

/** How the log names a kind, and with what its ids begin. */
export const KIND_FACTS = {
  Team: { object: 'team', prefix: 'team' },
  Group: { object: 'group', prefix: 'grp' },
  User: { object: 'user', prefix: 'usr' },
  Issuer: { object: 'issuer', prefix: 'iss' },
  Agent: { object: 'agent', prefix: 'agt' },
  A2AAgent: { object: 'a2a_agent', prefix: 'srv' },
  MCPServer: { object: 'mcp_server', prefix: 'srv' },
} as const satisfies Record<Kind, { readonly object: LoggedObject; readonly prefix: IdPrefix }>;

/** Whom the token of the first start belongs to: nobody in particular, in no group, so that it can approve nothing. */
export const FIRST_USER = 'admin';

export type UidOf<K extends Kind> = Id<(typeof KIND_FACTS)[K]['prefix']>;

/**
 * Names stand in URLs, in entity ids of policies and on terminals: short, lower-case, and free of everything that
 * any of the three would have to escape.
 */
export const NAME = /^[a-z0-9](?:[a-z0-9._-]{0,61}[a-z0-9])?$/;
export const NAME_RULE =
  'a name of 1 to 63 lower-case letters, digits, `-`, `_` and `.`, beginning and ending with a letter or digit';
