// Runs rows of the table over drawn logs. For tests only.

import * as fc from 'fast-check';
import { audit, EVIDENCE } from './auditor.ts';
import { problemWith } from './judge.ts';
import { KEY_HOLDER } from './key-holder.ts';
import { anyDraw, sceneOf } from './scene.ts';
import { STORE_WRITER } from './store-writer.ts';
import type { Row } from './table.ts';

/** Why a row does not hold, for people, with the smallest log found for which it does not; null where it holds. */
export async function rowProblem(row: Row, runs: number, seed?: number): Promise<string | null> {
  const deed = (row.by === 'store' ? STORE_WRITER : KEY_HOLDER)[row.deed];
  if (deed === undefined) throw new TypeError(`nobody knows how to \`${row.deed}\``);
  return checked(anyDraw, runs, seed, async (draw) => {
    const scene = await sceneOf(draw);
    const store = await deed(scene);
    if (store === null) return 'nothing to do';
    for (const evidence of EVIDENCE) {
      const problem = problemWith(row, evidence, scene, store, await audit(store, evidence, scene));
      if (problem !== null) return problem;
    }
    return null;
  });
}

/** What an auditor finds of a log to which nothing was done; null where that is nothing, as it must be. */
export async function honestProblem(runs: number): Promise<string | null> {
  return checked(anyDraw, runs, undefined, async (draw) => {
    const scene = await sceneOf(draw);
    for (const evidence of EVIDENCE) {
      const { failures, receipt } = await audit(scene.store, evidence, scene);
      if (failures.length > 0 || (receipt !== null && receipt !== 'kept'))
        return `the honest log has ${failures.map(({ code }) => code).join(', ')} ${receipt ?? ''} for an auditor with ${evidence}`;
    }
    return null;
  });
}

/**
 * @param seed for the same draws each time, the first of which that fails is told as it is.
 * @param problemOf the problem with a drawn case, null for none, `nothing to do` where it is no case.
 */
export async function checked<T>(
  arbitrary: fc.Arbitrary<T>,
  runs: number,
  seed: number | undefined,
  problemOf: (drawn: T) => Promise<string | null>,
): Promise<string | null> {
  let problem: string | null = null;
  const property = fc.asyncProperty(arbitrary, async (drawn) => {
    const found = await problemOf(drawn);
    fc.pre(found !== 'nothing to do');
    problem = found ?? problem;
    return found === null;
  });
  const result = await fc.check(property, {
    numRuns: runs,
    ...(seed === undefined ? {} : { seed, endOnFailure: true }),
  });
  if (!result.failed) return null;
  const { errorInstance, counterexample, counterexamplePath } = result;
  const why =
    problem ?? (errorInstance instanceof Error ? errorInstance.stack : 'there was nothing to do it to');
  return `${why}\nseed ${result.seed}, path ${counterexamplePath}: ${fc.stringify(counterexample)}`;
}
