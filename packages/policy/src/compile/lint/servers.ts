// Servers that a policy names and nobody registered. A warning and no error: a policy may well stand before its server does.

import { mentionsOf } from '../expressions.ts';
import type { Lint } from './lint.ts';

/** Warns of them. A forbid for a misspelt server is a hole. */
export const lintServers: Lint = ({ policies, servers }) =>
  policies.flatMap((policy) => {
    const named = mentionsOf(policy.json).entities.filter(({ type }) => type === 'Server');
    const strangers = new Set(named.map(({ id }) => id).filter((id) => !servers.has(id)));
    return [...strangers].map((id) => ({
      policy,
      message: `\`Server::${JSON.stringify(id)}\` is not registered, so no call goes there; register it or name another`,
    }));
  });
