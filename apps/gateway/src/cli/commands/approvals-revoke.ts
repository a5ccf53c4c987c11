// `countersign approvals revoke`.
import { defineCommand } from '../command.ts';
import { usageError } from '../exit.ts';
import { bodyOf, GATEWAY_OPTIONS, openGateway } from '../gateway.ts';
import { safe } from '../text.ts';

export const approvalsRevoke = defineCommand({
  summary: 'Take an approval back before it is used',
  takes: ['id'],
  options: {
    reason: { type: 'string', value: 'text', help: 'why; required and recorded' },
    ...GATEWAY_OPTIONS,
  },
  async run({ values, args: [id = ''], terminal }) {
    const { reason } = values;
    if (reason === undefined) throw usageError('`--reason <text>` is missing: whoever gave it will ask why');
    const gateway = await openGateway(values, terminal);
    const approval = await bodyOf(gateway.approvals[':id'].revoke.$post({ param: { id }, json: { reason } }));
    terminal.out(
      values.json === true ? JSON.stringify(approval) : `${safe(approval.id)} is ${approval.state}`,
    );
    return 0;
  },
});
