// `countersign hold list`: legal holds, those in force first.
import { defineCommand } from '../command.ts';
import { bodyOf, GATEWAY_OPTIONS, openGateway } from '../gateway.ts';
import { HOLD_HEAD, holdRow } from '../holds.ts';
import { table } from '../table.ts';
import { UTC_OPTION } from '../time-option.ts';

export const holdList = defineCommand({
  summary: 'List legal holds, those in force first',
  takes: [],
  options: { ...UTC_OPTION, ...GATEWAY_OPTIONS },
  async run({ values, terminal }) {
    const gateway = await openGateway(values, terminal);
    const { holds } = await bodyOf(gateway.holds.$get());
    const rows = holds.map((hold) => holdRow(hold, values.utc === true));
    const lines =
      values.json === true
        ? [JSON.stringify({ holds })]
        : table(HOLD_HEAD, rows, { isColoured: terminal.isInteractive, none: 'no legal holds' });
    for (const line of lines) terminal.out(line);
    return 0;
  },
});
