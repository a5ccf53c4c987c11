// What validates and is still likely to be a mistake: warnings about policies that do nothing, or more than people would
// think (DESIGN section 6). A warning never keeps a set from going live.

import type { PolicySchema } from '../../schema/types.ts';
import { type ActionIndex, indexActions } from '../action-index.ts';
import type { CompiledPolicy, Diagnostic } from '../types.ts';
import { lintContainment } from './containment.ts';
import { lintNever } from './never.ts';
import { lintServers } from './servers.ts';
import { lintShadowed } from './shadowed.ts';
import { lintUnconditional } from './unconditional.ts';

/** What a lint is shown. */
export interface Linted {
  readonly policies: readonly CompiledPolicy[];
  readonly index: ActionIndex;
  /** Ids of the actions that are tools' own. */
  readonly tools: { has(action: string): boolean };
  /** Names of the registered servers. */
  readonly servers: ReadonlySet<string>;
}

/** Something that a lint has to say about a policy. */
export interface Warning {
  readonly policy: CompiledPolicy;
  readonly message: string;
}

export type Lint = (linted: Linted) => readonly Warning[];

const LINTS: readonly Lint[] = [lintUnconditional, lintNever, lintServers, lintShadowed, lintContainment];

/** All warnings about policies that parsed. */
export function lint(policies: readonly CompiledPolicy[], schema: PolicySchema): Diagnostic[] {
  const { tools, servers } = schema;
  const linted: Linted = { policies, index: indexActions(schema), tools, servers };
  return LINTS.flatMap((find) => find(linted)).map(({ policy, message }) => {
    const { id, file, line, column } = policy;
    return { severity: 'warning', file, line, column, policy: id, message };
  });
}
