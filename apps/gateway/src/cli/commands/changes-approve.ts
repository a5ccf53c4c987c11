// `countersign changes approve`.
import { exitCodeOf, outcomeLine, reviewChange } from '../changes.ts';
import { defineCommand } from '../command.ts';
import { GATEWAY_OPTIONS, openGateway } from '../gateway.ts';

export const changesApprove = defineCommand({
  summary: 'Approve a change, as the user that the token belongs to',
  takes: ['id'],
  options: {
    reason: { type: 'string', value: 'text', help: 'why; recorded (optional)' },
    ...GATEWAY_OPTIONS,
  },
  async run({ values, args: [id = ''], terminal }) {
    const gateway = await openGateway(values, terminal);
    const change = await reviewChange(gateway, id, 'approve', values.reason ?? '');
    terminal.out(values.json === true ? JSON.stringify(change) : outcomeLine(change));
    return exitCodeOf(change);
  },
});
