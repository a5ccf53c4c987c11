// `countersign approvals list`: what waits for a person, with who, what, why and until when.
import { defineCommand } from '../command.ts';
import { usageError } from '../exit.ts';
import { bodyOf, GATEWAY_OPTIONS, openGateway } from '../gateway.ts';
import { table, toned } from '../table.ts';
import { time } from '../text.ts';
import { UTC_OPTION } from '../time-option.ts';

const STATES = ['pending', 'approved', 'rejected', 'expired', 'withdrawn', 'consumed'] as const;

export const approvalsList = defineCommand({
  summary: 'List approval requests, by default those that wait for a person',
  takes: [],
  options: {
    state: { type: 'string', value: 'state', help: `one of ${STATES.join(', ')} (default pending)` },
    all: { type: 'boolean', help: 'in every state' },
    ...UTC_OPTION,
    ...GATEWAY_OPTIONS,
  },
  async run({ values, terminal }) {
    const state = values.all === true ? undefined : stateOf(values.state ?? 'pending');
    const gateway = await openGateway(values, terminal);
    const answer = await bodyOf(gateway.approvals.$get({ query: state === undefined ? {} : { state } }));
    if (values.json === true) {
      terminal.out(JSON.stringify(answer));
      return 0;
    }
    const rows = answer.approvals.map((approval) => [
      approval.id,
      toned(approval.state),
      approval.agent,
      `${approval.upstream}/${approval.resource}`,
      approval.guards.map(({ policy, group }) => `${policy} (${group})`).join(', '),
      `${approval.reviews.filter(({ verdict }) => verdict === 'approve').length}/${approval.quorum}`,
      time(approval.expiresAt, values.utc === true),
    ]);
    const head = ['id', 'state', 'agent', 'call', 'held by', 'approvals', 'until'];
    const options = { isColoured: terminal.isInteractive, none: 'nothing waits for approval' };
    for (const line of table(head, rows, options)) terminal.out(line);
    return 0;
  },
});

function stateOf(text: string): (typeof STATES)[number] {
  const state = STATES.find((known) => known === text);
  if (state === undefined) throw usageError(`\`--state\` is \`${text}\`: give one of ${STATES.join(', ')}`);
  return state;
}
