// The quickstart scenario from beginning to end, and its tally: counted by the admin API and by `countersign verify`,
// not by the scenario itself.
import { expect } from './expect.ts';
import { payments } from './payments.ts';
import { containment, everything, incident, newcomer, stranger } from './scenes.ts';
import type { Narrator, Stage } from './stage.ts';
import type { World } from './world.ts';

export type Tally = {
  /** Calls by what was decided in the end. `denied` includes the unregistered ones. */
  readonly allowed: number;
  readonly denied: number;
  /** Calls that were held for a person, by approval request. */
  readonly held: number;
  readonly approved: number;
  readonly rejected: number;
  readonly unregistered: number;
  /** Entries in the log when it was verified. */
  readonly entries: number;
  readonly verified: boolean;
};

export const REVIEWER = 'fiona@example.com';

/** Plays every scene. Errors: throws a ScenarioError at the first thing that is not as promised. */
export async function runScenario(world: World, narrator: Narrator): Promise<Stage> {
  const stage: Stage = { world, narrator, reviewer: await world.reviewerToken(REVIEWER) };
  await everything(stage);
  await incident(stage);
  await payments(stage);
  await containment(stage);
  await stranger(stage);
  await newcomer(stage);
  return stage;
}

/** Counts what is on record, and has the log verified by the command line. */
export async function tally(world: World): Promise<Tally> {
  const [allowed, denied, approvals] = await Promise.all([
    world.admin.calls({ decision: 'allow' }),
    world.admin.calls({ decision: 'deny' }),
    world.admin.approvals(),
  ]);
  const inState = (...states: readonly string[]): number =>
    approvals.filter((approval) => states.includes(approval.state)).length;
  const verification = await world.gateway.cli('verify', '--json');
  expect(verification.code !== 2, 'verify', `could not run: ${verification.stderr}`);
  return {
    allowed: allowed.length,
    denied: denied.length,
    held: approvals.length,
    approved: inState('approved', 'consumed'),
    rejected: inState('rejected'),
    unregistered: denied.filter((call) => call.reason === 'unregistered').length,
    entries: await world.admin.logSize(),
    verified: verification.code === 0,
  };
}
