// Whether a request surely does not meet the conditions of some policies: of each, one comes out false before anything could err.
// The engine need not be asked about them; that one matches is for the engine alone to say (DESIGN section 6, "Index").

import type { CompiledPolicy } from '../compile/types.ts';
import { createLru } from '../index/lru.ts';
import type { View } from '../view.ts';
import { truthOf } from './truth.ts';

/** True: none of the policies could match a request, nor err. */
export type Unmet = (view: View) => boolean;

/** How it is told of some policies. */
export function unmetOf(policies: readonly CompiledPolicy[]): Unmet {
  const tests = [...new Set(policies.map(testOf))];
  return (view) => {
    for (const test of tests) if (!test(view)) return false;
    return true;
  };
}

type Conditions = CompiledPolicy['json']['conditions'];

const known = createLru<string, Unmet>(4_096);

/** Policies of a company resemble each other: what thousands of them ask is a few things. */
function testOf({ json: { conditions } }: CompiledPolicy): Unmet {
  const key = JSON.stringify(conditions);
  const before = known.get(key);
  if (before !== undefined) return before;
  const test = failing(conditions);
  known.set(key, test);
  return test;
}

function failing(conditions: Conditions): Unmet {
  const parts = conditions.map(({ kind, body }) => ({ fails: kind === 'unless', truth: truthOf(body) }));
  return (view) => {
    for (const { fails, truth } of parts) {
      const known = truth?.(view);
      if (known === undefined) return false;
      if (known === fails) return true;
    }
    return false;
  };
}
