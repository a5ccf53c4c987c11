// `countersign calls search`: a text inside what calls carried. For auditors; that they looked is recorded.
import { olderText } from '../calls.ts';
import { defineCommand } from '../command.ts';
import { usageError } from '../exit.ts';
import { bodyOf, GATEWAY_OPTIONS, openGateway } from '../gateway.ts';
import { table } from '../table.ts';
import { counted, time } from '../text.ts';
import { UTC_OPTION } from '../time-option.ts';

const HEAD = ['time', 'call', 'entry', 'in', 'text'] as const;

export const callsSearch = defineCommand({
  summary: 'Find a text in arguments, results and errors (recorded, for auditors)',
  takes: ['text'],
  options: {
    reason: { type: 'string', value: 'text', help: 'why you look; goes on record with your name' },
    from: { type: 'string', value: 'time', help: 'recorded at or after (default: a day back)' },
    to: { type: 'string', value: 'time', help: 'recorded before (default: now)' },
    cursor: { type: 'string', value: 'text', help: 'go on with the same search (its `nextCursor`)' },
    ...UTC_OPTION,
    ...GATEWAY_OPTIONS,
  },
  async run({ values, args: [text = ''], terminal }) {
    const { reason, from, to, cursor } = values;
    if (reason === undefined) throw usageError('say why you look, with `--reason`: it is recorded');
    const gateway = await openGateway(values, terminal);
    const given = { from, to, cursor };
    const answer = await bodyOf(
      gateway.calls['search-text'].$post({
        json: {
          text,
          reason,
          ...Object.fromEntries(Object.entries(given).filter(([, value]) => value !== undefined)),
        },
      }),
    );
    if (values.json === true) {
      terminal.out(JSON.stringify(answer));
      return 0;
    }
    const { matches, searched, nextCursor, archived } = answer;
    const isUtc = values.utc === true;
    const rows = matches.map((match) => [
      time(match.time, isUtc),
      match.call,
      String(match.index),
      match.detail,
      match.excerpt,
    ]);
    for (const line of table(HEAD, rows, { isColoured: terminal.isInteractive, none: 'nothing found' }))
      terminal.out(line);
    const hidden = searched.unreadable === 0 ? '' : `, of which ${searched.unreadable} cannot be read here`;
    terminal.err(
      `searched ${counted(searched.entries, 'entry', 'entries')} from ${time(searched.from, isUtc)} on${hidden}`,
    );
    if (nextCursor !== null) terminal.err(`not all was searched yet: --cursor ${nextCursor}`);
    else if (archived !== null) terminal.err(olderText(archived, isUtc));
    return 0;
  },
});
