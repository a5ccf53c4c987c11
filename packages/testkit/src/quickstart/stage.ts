// What every step of the scenario needs: the running world, the reviewer, and a way to tell what happened.
import { setTimeout as delay } from 'node:timers/promises';

import type { ApprovalRow, CallRow } from './admin.ts';
import { expect } from './expect.ts';
import type { World } from './world.ts';

export type Outcome = 'allowed' | 'denied' | 'held' | 'approved' | 'rejected' | 'unregistered' | 'registered';

/** One thing that happened, as the audience reads it. */
type Event = {
  readonly outcome: Outcome;
  readonly what: string;
  /** The decision in one sentence, as it is in the log. */
  readonly sentence?: string | null;
};

export type Narrator = {
  scene(title: string): void;
  event(event: Event): void;
  note(text: string): void;
};

export type Stage = {
  readonly world: World;
  readonly narrator: Narrator;
  /** Token of the person in finance who reviews. */
  readonly reviewer: string;
};

/** Tells an event with the sentence of the call that it is about. */
export async function tell(
  stage: Stage,
  outcome: Outcome,
  what: string,
  callId: string | null,
): Promise<CallRow | null> {
  const call = callId === null ? null : await stage.world.admin.call(callId);
  stage.narrator.event({ outcome, what, sentence: call?.sentence ?? null });
  return call;
}

const DEADLINE_MS = 60_000;

/** Waits until a held call for this invoice shows up among the pending approvals. */
export async function pendingFor(stage: Stage, invoice: string): Promise<ApprovalRow> {
  const find = async (): Promise<ApprovalRow | undefined> =>
    (await stage.world.admin.approvals('pending')).find((each) =>
      each.params.includes(JSON.stringify(invoice)),
    );
  return until(find, `an approval request for invoice ${invoice}`);
}

/** Waits until an approval request is decided or has expired. With a `patience` it waits until that is aborted. */
export function decided(
  stage: Pick<Stage, 'world'>,
  approval: string,
  patience?: AbortSignal,
): Promise<ApprovalRow> {
  const find = async (): Promise<ApprovalRow | undefined> => {
    const row = await stage.world.admin.approval(approval);
    return row.state === 'pending' ? undefined : row;
  };
  return until(find, `a decision about ${approval}`, patience);
}

async function until<T>(
  find: () => Promise<T | undefined>,
  what: string,
  patience?: AbortSignal,
): Promise<T> {
  const deadline = Date.now() + DEADLINE_MS;
  for (;;) {
    const found = await find();
    if (found !== undefined) return found;
    expect(patience !== undefined || Date.now() < deadline, 'waiting', `${what} did not come`);
    await delay(patience === undefined ? 100 : 1000, undefined, { signal: patience });
  }
}
