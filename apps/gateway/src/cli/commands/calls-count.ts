// `countersign calls count`: how many calls there are of what is asked for, and by which values they differ.
import { olderText } from '../calls.ts';
import { defineCommand } from '../command.ts';
import { bodyOf, GATEWAY_OPTIONS, openGateway } from '../gateway.ts';
import { filtersOf, QUERY_OPTIONS } from '../query-options.ts';
import { table } from '../table.ts';
import { counted } from '../text.ts';

const SHOWN = 5;

export const callsCount = defineCommand({
  summary: 'Count calls, and how often each agent, policy, outcome … occurs among them',
  takes: [],
  options: { ...QUERY_OPTIONS, ...GATEWAY_OPTIONS },
  async run({ values, terminal }) {
    const query = filtersOf(values);
    const gateway = await openGateway(values, terminal);
    const counts = await bodyOf(gateway.calls.counts.$get({ query }));
    if (values.json === true) {
      terminal.out(JSON.stringify(counts));
      return 0;
    }
    const { calls, isMore, facets, archived } = counts;
    terminal.out(isMore ? `${calls}+ calls; of the newest ${calls}:` : counted(calls, 'call'));
    const rows = Object.entries(facets).flatMap(([facet, found]) =>
      found.slice(0, SHOWN).map(({ value, count }) => [facet, value, String(count)]),
    );
    if (calls > 0)
      for (const line of table(['by', 'value', 'calls'], rows, { isColoured: false, none: '' }))
        terminal.out(line);
    if (archived !== null) terminal.err(olderText(archived, true));
    return 0;
  },
});
