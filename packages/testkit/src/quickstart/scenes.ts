// The scenes of the scenario but for the payments: chains across agents, containment, strangers and newcomers.
import { callAs, readCustomers, sendCampaign, triageIncident } from '../agents/clients.ts';
import type { ToolAnswer } from '../agents/mcp-caller.ts';
import { readLedger } from '../ledger.ts';
import { expect } from './expect.ts';
import { type Stage, tell } from './stage.ts';

/** An agent asks an agent, which asks a server: one chain, on behalf of one person. */
export async function incident(stage: Stage): Promise<void> {
  const { world, narrator } = stage;
  narrator.scene('An incident: one agent asks another, which reads customer records');
  const answer = await triageIncident(world.environment, {
    incident: 'INC-4711',
    subject: 'dana@example.com',
  });
  expect(
    answer.state === 'TASK_STATE_COMPLETED',
    'incident',
    `the task ended as ${answer.state}: ${answer.text}`,
  );
  expect(answer.text.includes('Northwind Traders'), 'incident', `the answer was: ${answer.text}`);
  const call = await tell(
    stage,
    'allowed',
    `incident-triage asks customer-support: ${answer.text}`,
    answer.callId,
  );
  expect(call !== null, 'incident', 'the answer named no call');
  const hops = await world.admin.chain(call.chain);
  for (const { level, call: hop } of hops) {
    narrator.note(
      `${'   '.repeat(level)}${hop.agent ?? '?'} → ${hop.resource ?? hop.operation} (${hop.decision})`,
    );
  }
  const reads = hops.filter((hop) => hop.call.agent === 'customer-support' && hop.call.decision === 'allow');
  expect(
    reads.length > 0,
    'incident',
    'the calls of customer-support are not in the chain of incident-triage',
  );
}

/** A low-risk tool of a server that nobody here wrote. */
export async function everything(stage: Stage): Promise<void> {
  stage.narrator.scene('A public server, as published: low risk, no labelled data');
  const answer = await callAs(
    stage.world.environment,
    'incident-triage',
    'everything',
    'echo',
    {
      message: 'hello',
    },
    'auto',
  );
  expect(!answer.isError, 'everything', answer.text);
  await tell(stage, 'allowed', `incident-triage calls everything/echo: ${answer.text}`, answer.callId);
}

/** Who has seen personal data does not get it out, not with a fresh chain either. */
export async function containment(stage: Stage): Promise<void> {
  const { world, narrator } = stage;
  narrator.scene('Containment: what an agent has seen stays with it');
  const read = await readCustomers(world.environment, 'enterprise');
  expect(!read.isError, 'containment', `the warehouse was not readable: ${read.text}`);
  await tell(stage, 'allowed', 'marketing reads customers from the warehouse', read.callId);
  const mail = {
    to: 'leads@partner.example',
    subject: 'Our customers',
    body: JSON.stringify(read.structured),
  };
  for (const attempt of ['sends them outside', 'tries again on a fresh chain']) {
    const sent = await sendCampaign(world.environment, mail);
    expect(sent.isError, 'containment', `the mail was sent when marketing ${attempt}`);
    await tell(stage, 'denied', `marketing ${attempt}`, sent.callId);
  }
  expect(readLedger(world.outbox).length === 0, 'containment', 'a mail left the company');
}

/** A valid token is not enough: nobody has registered this agent, so nobody answers for it. */
export async function stranger(stage: Stage): Promise<void> {
  const { world, narrator } = stage;
  narrator.scene('A stranger: a valid token, but an agent that nobody registered');
  const attempt = await callAs(world.environment, 'shadow-agent', 'crm', 'list_accounts', {}).then(
    (answer: ToolAnswer) => ({ refused: answer.isError, text: answer.text }),
    (error: unknown) => ({ refused: true, text: String(error) }),
  );
  expect(attempt.refused, 'stranger', `it was answered: ${attempt.text}`);
  const recorded = (await world.admin.calls({ decision: 'deny' })).find(
    (call) => call.reason === 'unregistered',
  );
  expect(recorded !== undefined, 'stranger', 'its call is not in the log');
  narrator.event({
    outcome: 'unregistered',
    what: 'shadow-agent calls the CRM',
    sentence: recorded.sentence,
  });
}

/** Number 101 comes while everything runs; the policies were there before it. */
export async function newcomer(stage: Stage): Promise<void> {
  const { world, narrator } = stage;
  narrator.scene('A newcomer: agent 101 is registered, no policy is touched');
  await world.apply('agent-101.yaml');
  narrator.event({ outcome: 'registered', what: 'pat registers agent-101 (low risk, customer-records)' });
  const read = await callAs(world.environment, 'agent-101', 'crm', 'list_accounts', {});
  expect(!read.isError, 'newcomer', `its first call was refused: ${read.text}`);
  await tell(stage, 'allowed', 'agent-101 lists the accounts', read.callId);
  const order = { vendor: 'acme', amount_cents: 100, invoice: 'INV-2099' };
  const pay = await callAs(world.environment, 'agent-101', 'payments', 'pay', order);
  expect(pay.isError, 'newcomer', 'it could pay an invoice');
  await tell(stage, 'denied', 'agent-101 tries to pay an invoice', pay.callId);
}
