// The payment scenes: small and allowed, large and approved, large and rejected, to a stranger and denied. What was
// really paid is counted in the payment server's own ledger.
import { type Payment, payInvoice } from '../agents/clients.ts';
import type { ToolAnswer } from '../agents/mcp-caller.ts';
import { readLedger } from '../ledger.ts';
import { expect } from './expect.ts';
import { decided, pendingFor, type Stage, tell } from './stage.ts';

const SMALL: Payment = { vendor: 'acme', amountCents: 24_900, invoice: 'INV-2001' };
const LARGE: Payment = { vendor: 'globex', amountCents: 480_000, invoice: 'INV-2002' };
const DOUBTFUL: Payment = { vendor: 'initech', amountCents: 950_000, invoice: 'INV-2003' };
const UNLISTED: Payment = { vendor: 'umbrella', amountCents: 19_900, invoice: 'INV-2004' };
/** Held for the person at the keyboard. */
export const YOURS: Payment = { vendor: 'initech', amountCents: 175_000, invoice: 'INV-2005' };

export async function payments(stage: Stage): Promise<void> {
  const { narrator, world } = stage;
  narrator.scene('Payments: the policy knows amounts, vendors and who must agree');
  const small = await payInvoice(world.environment, SMALL);
  expect(!small.isError, 'payments', `the small payment was refused: ${small.text}`);
  await tell(stage, 'allowed', `invoice pays ${describe(SMALL)}`, small.callId);
  expectPaid(stage, SMALL, 1);

  await approved(stage);
  await rejected(stage);

  const unlisted = await payInvoice(world.environment, UNLISTED);
  expect(unlisted.isError, 'payments', 'a vendor that is not on the list was paid');
  await tell(stage, 'denied', `invoice tries to pay ${describe(UNLISTED)}`, unlisted.callId);
  expectPaid(stage, UNLISTED, 0);
}

/** Held until the agent was told so; approved; the agent's next try redeems the approval, once. */
async function approved(stage: Stage): Promise<void> {
  let waited = false;
  const answer = await payInvoice(stage.world.environment, LARGE, {
    onPending: async (approval) => {
      waited = true;
      await tellHeld(stage, LARGE, approval);
      await stage.world.admin.review(approval, 'approve', 'invoice and order seen', stage.reviewer);
      await decided(stage, approval);
    },
  });
  expect(waited, 'payments', 'the large payment was not held');
  expect(!answer.isError, 'payments', `the approved payment was refused: ${answer.text}`);
  await tell(
    stage,
    'approved',
    `fiona (finance) approves; invoice pays ${describe(LARGE)}, once`,
    answer.callId,
  );
  expectPaid(stage, LARGE, 1);
}

/** Rejected while the agent's call is still waiting. */
async function rejected(stage: Stage): Promise<void> {
  const answering = payInvoice(stage.world.environment, DOUBTFUL);
  const reviewing = (async (): Promise<void> => {
    const { id } = await pendingFor(stage, DOUBTFUL.invoice);
    await tellHeld(stage, DOUBTFUL, id);
    await stage.world.admin.review(id, 'reject', 'no order for this invoice', stage.reviewer);
  })();
  const [answer] = await Promise.all([answering, reviewing]);
  expect(answer.isError, 'payments', 'a rejected payment was made');
  await tell(
    stage,
    'rejected',
    `fiona (finance) rejects; nothing is paid to ${DOUBTFUL.vendor}`,
    answer.callId,
  );
  expectPaid(stage, DOUBTFUL, 0);
}

/**
 * Makes the payment that the person at the keyboard may approve. `announce` hears of each approval request: there is
 * another one when nobody decides about the first in time.
 */
export function payWhenYouApprove(
  { world }: Stage,
  announce: (approval: string) => void,
  signal: AbortSignal,
): Promise<ToolAnswer> {
  return payInvoice(world.environment, YOURS, {
    signal,
    onPending: async (approval) => {
      announce(approval);
      await decided({ world }, approval, signal);
    },
  });
}

/** `globex 4,800.00 (INV-2002)` */
export function describe({ vendor, amountCents, invoice }: Payment): string {
  const amount = (amountCents / 100).toLocaleString('en-US', { minimumFractionDigits: 2 });
  return `${vendor} ${amount} (${invoice})`;
}

async function tellHeld(stage: Stage, payment: Payment, approval: string): Promise<void> {
  const held = (await stage.world.admin.calls({ decision: 'hold' })).find(
    (call) => call.approval === approval,
  );
  stage.narrator.event({
    outcome: 'held',
    what: `invoice wants to pay ${describe(payment)}: waits for finance (${approval})`,
    sentence: held?.sentence ?? null,
  });
}

function expectPaid(stage: Stage, { invoice }: Payment, times: number): void {
  const paid = readLedger(stage.world.payments).filter((effect) => effect['invoice'] === invoice).length;
  expect(paid === times, 'payments', `invoice ${invoice} was paid ${paid} times, not ${times}`);
}
