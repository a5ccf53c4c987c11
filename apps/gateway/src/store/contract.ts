// What every store must do, whatever it is made of: the suite that the embedded store passes, and that a store on
// PostgreSQL has to pass unchanged (DESIGN section 2).
import { describe } from 'vitest';
import { describeCalls } from './contract/calls.ts';
import { describeCommits } from './contract/commits.ts';
import type { StoreHarness } from './contract/harness.ts';
import { describeDecisions } from './contract/decisions.ts';
import { describeLog } from './contract/log.ts';
import { describeMeters } from './contract/meters.ts';
import { describeState } from './contract/state.ts';
import { describeTree } from './contract/tree.ts';

export function describeStoreContract(name: string, createHarness: () => Promise<StoreHarness>): void {
  describe(`store contract: ${name}`, () => {
    describeLog(createHarness);
    describeTree(createHarness);
    describeCommits(createHarness);
    describeCalls(createHarness);
    describeMeters(createHarness);
    describeState(createHarness);
    describeDecisions(createHarness);
  });
}
