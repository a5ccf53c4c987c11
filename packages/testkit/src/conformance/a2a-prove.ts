// The proof for A2A: every operation done by the official client in every binding and version, once with the agent itself and once
// through the gateway, and what came of both.
import { type Hook, startHook } from './a2a-hook.ts';
import { errorOf, normalised } from './a2a-normal.ts';
import { type Operation, OPERATIONS } from './a2a-operations.ts';
import { type Connected, startBothWays, type Way, WAYS } from './a2a-ways.ts';

export type A2aFinding = {
  readonly operation: string;
  readonly way: Way;
  /** What came of it, as JSON in which whatever is new in each run is numbered. */
  readonly direct: string;
  readonly through: string;
};

/** Every operation in every way, in the order of the tables. */
export async function proveA2a(): Promise<readonly A2aFinding[]> {
  const ways = await startBothWays();
  try {
    const found: A2aFinding[] = [];
    for (const [operation, work] of Object.entries(OPERATIONS)) {
      for (const way of WAYS) {
        const direct = await outcome(work, await ways.direct(way));
        const through = await outcome(work, await ways.through(way));
        found.push({ operation, way, direct, through });
      }
    }
    return found;
  } finally {
    await ways.close();
  }
}

async function outcome(work: Operation, { client, exchanges }: Connected): Promise<string> {
  const hook: Hook = await startHook();
  try {
    const result = await work(client, hook).catch(errorOf);
    return normalised({ result, exchanges });
  } finally {
    await hook.close();
  }
}
