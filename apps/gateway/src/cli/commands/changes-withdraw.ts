// `countersign changes withdraw`.
import { outcomeLine } from '../changes.ts';
import { defineCommand } from '../command.ts';
import { bodyOf, GATEWAY_OPTIONS, openGateway } from '../gateway.ts';

export const changesWithdraw = defineCommand({
  summary: 'Withdraw a change that you proposed',
  takes: ['id'],
  options: {
    reason: { type: 'string', value: 'text', help: 'why; recorded (optional)' },
    ...GATEWAY_OPTIONS,
  },
  async run({ values, args: [id = ''], terminal }) {
    const gateway = await openGateway(values, terminal);
    const json = { reason: values.reason ?? '' };
    const change = await bodyOf(gateway.changes[':id'].withdraw.$post({ param: { id }, json }));
    terminal.out(values.json === true ? JSON.stringify(change) : outcomeLine(change));
    return 0;
  },
});
