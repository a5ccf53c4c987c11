// `countersign changes show`: everything that a reviewer decides on.
import { changeLines } from '../changes.ts';
import { defineCommand } from '../command.ts';
import { bodyOf, GATEWAY_OPTIONS, openGateway } from '../gateway.ts';
import { UTC_OPTION } from '../time-option.ts';

export const changesShow = defineCommand({
  summary: 'Show a change with exactly what it would do, and its reviews',
  takes: ['id'],
  options: { ...UTC_OPTION, ...GATEWAY_OPTIONS },
  async run({ values, args: [id = ''], terminal }) {
    const gateway = await openGateway(values, terminal);
    const change = await bodyOf(gateway.changes[':id'].$get({ param: { id } }));
    const lines = values.json === true ? [JSON.stringify(change)] : changeLines(change, values.utc === true);
    for (const line of lines) terminal.out(line);
    return 0;
  },
});
