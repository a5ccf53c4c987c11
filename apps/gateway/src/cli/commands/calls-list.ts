// `countersign calls list`: the searchable index of calls, newest first.
import { callRows, CALL_HEAD } from '../calls.ts';
import { defineCommand } from '../command.ts';
import { bodyOf, GATEWAY_OPTIONS, openGateway } from '../gateway.ts';
import { filtersOf, QUERY_OPTIONS } from '../query-options.ts';
import { table } from '../table.ts';
import { UTC_OPTION } from '../time-option.ts';

export const callsList = defineCommand({
  summary: 'Find calls, newest first',
  takes: [],
  options: {
    ...QUERY_OPTIONS,
    limit: { type: 'string', value: 'number', help: 'at most so many, up to 200 (default 50)' },
    cursor: { type: 'string', value: 'text', help: 'go on behind an earlier page (its `nextCursor`)' },
    ...UTC_OPTION,
    ...GATEWAY_OPTIONS,
  },
  async run({ values, terminal }) {
    const { limit, cursor } = values;
    const query = {
      ...filtersOf(values),
      ...(limit === undefined ? {} : { limit }),
      ...(cursor === undefined ? {} : { cursor }),
    };
    const gateway = await openGateway(values, terminal);
    const page = await bodyOf(gateway.calls.$get({ query }));
    if (values.json === true) {
      terminal.out(JSON.stringify(page));
      return 0;
    }
    const options = { isColoured: terminal.isInteractive, none: 'no calls' };
    for (const line of table(CALL_HEAD, callRows(page.calls, values.utc === true), options))
      terminal.out(line);
    if (page.nextCursor !== null) terminal.err(`there are more: --cursor ${page.nextCursor}`);
    return 0;
  },
});
