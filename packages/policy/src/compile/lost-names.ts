// Groups and teams that a set names and the registry no longer has.

import type { PolicySchema } from '../schema/types.ts';
import { mentionsOf } from './expressions.ts';
import type { CompiledPolicy, Diagnostic } from './types.ts';

export interface LostNames {
  readonly groups: readonly string[];
  readonly teams: readonly string[];
  /** One for each policy and name. */
  readonly warnings: readonly Diagnostic[];
}

/** What these policies name that is gone. Nobody is in it any more: it lets nobody in, and nobody of it approves. */
export function lostNames(policies: readonly CompiledPolicy[], { groups, teams }: PolicySchema): LostNames {
  const lost = { Group: new Set<string>(), Team: new Set<string>() };
  const warnings: Diagnostic[] = [];
  for (const policy of policies) {
    const { id, file, line, column, guard } = policy;
    const told = new Set<string>();
    for (const { type, id: name } of mentionsOf(policy.json).entities) {
      if (type !== 'Group' && type !== 'Team') continue;
      if ((type === 'Group' ? groups : teams).has(name)) continue;
      lost[type].add(name);
      const shown = `${type}::${JSON.stringify(name)}`;
      if (told.has(shown)) continue;
      told.add(shown);
      const message = `\`${shown}\` is no longer registered, so nobody is in it; register it or name another`;
      warnings.push({ severity: 'warning', file, line, column, policy: id, message });
    }
    if (guard === undefined || groups.has(guard.group)) continue;
    lost.Group.add(guard.group);
    const message = `the group \`${guard.group}\` is no longer registered, so nobody can approve; register it or name another`;
    warnings.push({ severity: 'warning', file, line, column, policy: id, message });
  }
  return { groups: [...lost.Group], teams: [...lost.Team], warnings };
}
