// After the scenario: one payment is held, and this tells the person at the keyboard how to decide about it.
import type { Writable } from 'node:stream';

import type { ToolAnswer } from '../agents/mcp-caller.ts';
import { describe, YOURS } from './payments.ts';
import { REVIEWER } from './scenario.ts';
import type { Stage } from './stage.ts';

/** Prints what to do, reports what came of it, and stays until `leave` is aborted. */
export async function invitation(
  { world, reviewer }: Stage,
  leave: AbortSignal,
  output: Writable,
  held: { readonly approval: string; readonly answer: Promise<ToolAnswer> },
  folder: string,
): Promise<void> {
  const { gateway } = world;
  const countersign = `./countersign --data ${gateway.dataDir}`;
  output.write(
    [
      '',
      `One more payment waits for you: ${describe(YOURS)}.`,
      '',
      `  Console        ${gateway.admin}/`,
      `  Sign in        ${reviewer}   (${REVIEWER}, finance)`,
      `  Or approve     COUNTERSIGN_TOKEN=${reviewer} \\`,
      `                 ${countersign} approvals approve ${held.approval} --reason "invoice seen"`,
      `  Verify the log ${countersign} verify`,
      `  All state      ${folder}   (kept; delete it when you are done)`,
      '',
      'Ctrl-C stops everything.',
      '',
    ].join('\n'),
  );
  const left = new Promise<void>((resolve) => {
    if (leave.aborted) resolve();
    else leave.addEventListener('abort', () => resolve(), { once: true });
  });
  void held.answer.then(
    (answer) => output.write(`${answer.isError ? 'Not paid' : 'Paid'}: ${describe(YOURS)}\n`),
    (error: unknown) => {
      if (!leave.aborted) output.write(`The payment failed: ${String(error)}\n`);
    },
  );
  await left;
}
