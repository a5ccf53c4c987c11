// `countersign calls list`: the searchable index of calls, newest first.
import { callRows, CALL_HEAD, olderText } from '../calls.ts';
import { defineCommand } from '../command.ts';
import { bodyOf, GATEWAY_OPTIONS, openGateway } from '../gateway.ts';
import { PAGE_OPTIONS, pageOf } from '../query-options.ts';
import { table } from '../table.ts';
import { UTC_OPTION } from '../time-option.ts';

export const callsList = defineCommand({
  summary: 'Find calls, newest first',
  takes: [],
  options: {
    ...PAGE_OPTIONS,
    ...UTC_OPTION,
    ...GATEWAY_OPTIONS,
  },
  async run({ values, terminal }) {
    const query = pageOf(values);
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
    else if (page.archived !== null) terminal.err(olderText(page.archived, values.utc === true));
    return 0;
  },
});
