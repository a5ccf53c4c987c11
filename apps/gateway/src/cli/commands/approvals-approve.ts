// `countersign approvals approve`.
import { review } from '../approvals.ts';
import { defineCommand } from '../command.ts';
import { GATEWAY_OPTIONS, openGateway } from '../gateway.ts';
import { safe } from '../text.ts';

export const approvalsApprove = defineCommand({
  summary: 'Approve a held call, as the user that the token belongs to; does not wait for the call',
  takes: ['id'],
  options: {
    reason: { type: 'string', value: 'text', help: 'why; recorded, and required by some guards' },
    ...GATEWAY_OPTIONS,
  },
  async run({ values, args: [id = ''], terminal }) {
    const gateway = await openGateway(values, terminal);
    const approval = await review(gateway, id, 'approve', values.reason ?? '');
    if (values.json === true) terminal.out(JSON.stringify(approval));
    else if (approval.state === 'pending')
      terminal.out(`${safe(approval.id)} has your approval and waits for more`);
    else terminal.out(`${safe(approval.id)} is ${approval.state}`);
    return 0;
  },
});
