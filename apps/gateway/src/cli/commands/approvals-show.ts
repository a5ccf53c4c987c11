// `countersign approvals show`: everything that a reviewer decides on.
import { approvalLines } from '../approvals.ts';
import { defineCommand } from '../command.ts';
import { bodyOf, GATEWAY_OPTIONS, openGateway } from '../gateway.ts';
import { UTC_OPTION } from '../time-option.ts';

export const approvalsShow = defineCommand({
  summary: 'Show an approval request with exactly what will be sent, and its reviews',
  takes: ['id'],
  options: { ...UTC_OPTION, ...GATEWAY_OPTIONS },
  async run({ values, args: [id = ''], terminal }) {
    const gateway = await openGateway(values, terminal);
    const approval = await bodyOf(gateway.approvals[':id'].$get({ param: { id } }));
    const lines =
      values.json === true ? [JSON.stringify(approval)] : approvalLines(approval, values.utc === true);
    for (const line of lines) terminal.out(line);
    return 0;
  },
});
