// `countersign hold set`: keeps what a query finds from being destroyed while a dispute lasts.
import { defineCommand } from '../command.ts';
import { usageError } from '../exit.ts';
import { bodyOf, GATEWAY_OPTIONS, openGateway } from '../gateway.ts';

export const holdSet = defineCommand({
  summary: 'Keep what a query finds from being erased or expiring, until the hold is lifted',
  takes: ['query'],
  options: {
    reason: { type: 'string', value: 'text', help: 'why; required and recorded' },
    ...GATEWAY_OPTIONS,
  },
  async run({ values, args: [query = ''], terminal }) {
    const { reason } = values;
    if (reason === undefined) throw usageError('`--reason <text>` is missing: say why');
    const gateway = await openGateway(values, terminal);
    const hold = await bodyOf(gateway.holds.$post({ json: { query: query === '*' ? '' : query, reason } }));
    terminal.out(
      values.json === true
        ? JSON.stringify(hold)
        : `${hold.id} keeps ${hold.query === '' ? 'everything' : `\`${hold.query}\``}`,
    );
    return 0;
  },
});
