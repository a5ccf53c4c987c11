// `countersign approvals reject`.
import { review } from '../approvals.ts';
import { defineCommand } from '../command.ts';
import { usageError } from '../exit.ts';
import { GATEWAY_OPTIONS, openGateway } from '../gateway.ts';
import { safe } from '../text.ts';

export const approvalsReject = defineCommand({
  summary: 'Reject a held call, as the user that the token belongs to',
  takes: ['id'],
  options: {
    reason: { type: 'string', value: 'text', help: 'why; required and recorded' },
    ...GATEWAY_OPTIONS,
  },
  async run({ values, args: [id = ''], terminal }) {
    if (values.reason === undefined) throw usageError('`--reason <text>` is missing: a rejection says why');
    const gateway = await openGateway(values, terminal);
    const approval = await review(gateway, id, 'reject', values.reason);
    terminal.out(
      values.json === true ? JSON.stringify(approval) : `${safe(approval.id)} is ${approval.state}`,
    );
    return 0;
  },
});
