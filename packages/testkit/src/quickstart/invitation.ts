// After the scenario: one payment is held, and this tells the person at the keyboard how to decide about it.
import type { Writable } from 'node:stream';

import { describe, payWhenYouApprove, YOURS } from './payments.ts';
import { REVIEWER } from './scenario.ts';
import type { Stage } from './stage.ts';

/** Makes one more payment, says how to approve it and what came of it, and stays until `leave` is aborted. */
export async function invite(
  stage: Stage,
  output: Pick<Writable, 'write'>,
  leave: AbortSignal,
): Promise<void> {
  const announce = (approval: string): void => {
    output.write(instructions(stage, approval));
  };
  const paying = payWhenYouApprove(stage, announce, leave).then(
    (answer) => output.write(`${answer.isError ? 'Not paid' : 'Paid'}: ${describe(YOURS)}. ${answer.text}\n`),
    (error: unknown) => {
      if (!leave.aborted) output.write(`The payment failed: ${String(error)}\n`);
    },
  );
  if (!leave.aborted) {
    await new Promise((resolve) => {
      leave.addEventListener('abort', resolve, { once: true });
    });
  }
  await paying;
}

function instructions({ world, reviewer }: Stage, approval: string): string {
  const { admin, dataDir } = world.gateway;
  return `
One more payment waits for you: ${describe(YOURS)}.

  In the console     ${admin}/#token=${reviewer}
                     (signs you in as ${REVIEWER}, who is in finance)
  On the command     COUNTERSIGN_TOKEN=${reviewer} \\
  line               ./countersign approvals approve ${approval} --reason "invoice seen" --data ${dataDir}
  Verify the log     ./countersign verify --data ${dataDir}

Ctrl-C stops everything.
`;
}
