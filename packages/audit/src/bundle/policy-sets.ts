// The policy sets of a bundle. A set's line discloses, once for all, the detail that its activation commits to: so that no
// set can be passed off as another one, with or without an engine at hand.

import { fromHex, utf8 } from '../bytes.ts';
import { commitmentDigest, SALT_BYTES } from '../commitment.ts';
import type { Detail, EntryHeader } from '../entry/types.ts';
import type { DecisionStep } from '../verify/decisions.ts';
import type { Tally } from '../verify/tally.ts';
import type { PolicySetLine } from './types.ts';

export interface PolicySetStep {
  readonly take: (line: PolicySetLine, decisions: DecisionStep) => void;
  /** The details of the entry at `index`, with the sources of the set that it brought. */
  readonly withSources: (index: number, entry: EntryHeader, shown: readonly Detail[]) => readonly Detail[];
  /** How many sets name no entry: nothing in the bundle ties them to the log. */
  readonly finish: () => number;
}

export function createPolicySetStep(tally: Tally): PolicySetStep {
  const waiting = new Map<number, PolicySetLine>();
  let untied = 0;
  const failed = (index: number | null, message: string): void =>
    tally.failed('details', 'policy_set_mismatch', index, message);
  return {
    take: (line, decisions) => {
      const { entry, digest } = line;
      if (entry === null) {
        untied += 1;
        decisions.offer(line);
        return;
      }
      tally.checked('details');
      if (waiting.has(entry)) failed(entry, `two policy sets claim to be the one of entry ${entry}`);
      else waiting.set(entry, { ...line, digest });
    },
    withSources: (index, entry, shown) => {
      const set = waiting.get(index);
      if (set === undefined) return shown;
      waiting.delete(index);
      const salt = fromHex(set.salt ?? '');
      const value = utf8(set.sources);
      const isIts =
        entry.kind === 'policy.activated' &&
        entry.body.set === set.digest &&
        salt?.length === SALT_BYTES &&
        commitmentDigest('sources', salt, value) === entry.commits.sources;
      if (isIts && salt !== null) return [...shown, { name: 'sources', salt, value }];
      failed(index, `the policy set \`${set.digest}\` is not the one that entry ${index} brought into force`);
      return shown;
    },
    finish: () => {
      for (const [index, { digest }] of waiting)
        failed(index, `the policy set \`${digest}\` names entry ${index}, which is not in the bundle`);
      return untied;
    },
  };
}
