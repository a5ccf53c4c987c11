// `countersign chain list`: chains, that with the newest call first.
import { olderText, outcomeOf, targetOf } from '../calls.ts';
import { defineCommand } from '../command.ts';
import { bodyOf, GATEWAY_OPTIONS, openGateway } from '../gateway.ts';
import { PAGE_OPTIONS, pageOf } from '../query-options.ts';
import { table, toned } from '../table.ts';
import { time } from '../text.ts';
import { UTC_OPTION } from '../time-option.ts';

const HEAD = ['newest', 'agents', 'calls', 'call', 'decision', 'outcome', 'chain'] as const;

export const chainList = defineCommand({
  summary: 'Find chains by the calls in them, that with the newest call first',
  takes: [],
  options: {
    ...PAGE_OPTIONS,
    ...UTC_OPTION,
    ...GATEWAY_OPTIONS,
  },
  async run({ values, terminal }) {
    const query = pageOf(values);
    const gateway = await openGateway(values, terminal);
    const page = await bodyOf(gateway.chains.$get({ query }));
    if (values.json === true) {
      terminal.out(JSON.stringify(page));
      return 0;
    }
    const rows = page.chains.map(({ id, calls, isMore, newest }) => [
      time(newest.startedAt, values.utc === true),
      newest.agents.join(' → ') || '(unregistered)',
      `${calls}${isMore ? '+' : ''}`,
      targetOf(newest),
      newest.tampered ? { text: 'INDEX CHANGED', tone: 'bad' as const } : toned(newest.decision),
      toned(outcomeOf(newest)),
      id,
    ]);
    for (const line of table(HEAD, rows, { isColoured: terminal.isInteractive, none: 'no chains' }))
      terminal.out(line);
    if (page.nextCursor !== null) terminal.err(`there are more: --cursor ${page.nextCursor}`);
    else if (page.archived !== null) terminal.err(olderText(page.archived, values.utc === true));
    return 0;
  },
});
