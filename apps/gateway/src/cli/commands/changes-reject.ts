// `countersign changes reject`.
import { exitCodeOf, outcomeLine, reviewChange } from '../changes.ts';
import { defineCommand } from '../command.ts';
import { usageError } from '../exit.ts';
import { GATEWAY_OPTIONS, openGateway } from '../gateway.ts';

export const changesReject = defineCommand({
  summary: 'Reject a change, as the user that the token belongs to',
  takes: ['id'],
  options: {
    reason: { type: 'string', value: 'text', help: 'why; required and recorded' },
    ...GATEWAY_OPTIONS,
  },
  async run({ values, args: [id = ''], terminal }) {
    if (values.reason === undefined) throw usageError('`--reason <text>` is missing: a rejection says why');
    const gateway = await openGateway(values, terminal);
    const change = await reviewChange(gateway, id, 'reject', values.reason);
    terminal.out(values.json === true ? JSON.stringify(change) : outcomeLine(change));
    return exitCodeOf(change);
  },
});
