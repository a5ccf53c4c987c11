// `countersign hold lift`: what a legal hold kept may be destroyed again.
import { defineCommand } from '../command.ts';
import { usageError } from '../exit.ts';
import { bodyOf, GATEWAY_OPTIONS, openGateway } from '../gateway.ts';

export const holdLift = defineCommand({
  summary: 'Lift a legal hold: what it kept may be erased, or expire, again',
  takes: ['id'],
  options: {
    reason: { type: 'string', value: 'text', help: 'why; required and recorded' },
    ...GATEWAY_OPTIONS,
  },
  async run({ values, args: [id = ''], terminal }) {
    const { reason } = values;
    if (reason === undefined) throw usageError('`--reason <text>` is missing: say why');
    const gateway = await openGateway(values, terminal);
    const hold = await bodyOf(gateway.holds[':id'].lift.$post({ param: { id }, json: { reason } }));
    terminal.out(values.json === true ? JSON.stringify(hold) : `${hold.id} is lifted`);
    return 0;
  },
});
