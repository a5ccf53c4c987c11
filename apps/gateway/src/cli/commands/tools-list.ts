// `countersign tools list`.
import type { Definition } from '../../admin/client.ts';
import { defineCommand } from '../command.ts';
import { GATEWAY_OPTIONS, openGateway } from '../gateway.ts';
import { type Cell, table } from '../table.ts';
import { time } from '../text.ts';
import { UTC_OPTION } from '../time-option.ts';
import { definitionsOf, kindOf, type Served } from '../tools.ts';

const TONES = { accepted: 'good', changed: 'bad', new: 'waiting' } as const;

export const toolsList = defineCommand({
  summary: 'List what MCP servers define, with how it stands to what was accepted',
  takes: [],
  options: {
    server: { type: 'string', value: 'name', help: 'only of this server' },
    kind: { type: 'string', value: 'kind', help: 'only tool, prompt, resource, template or instructions' },
    ...UTC_OPTION,
    ...GATEWAY_OPTIONS,
  },
  async run({ values, terminal }) {
    const gateway = await openGateway(values, terminal);
    const kind = values.kind === undefined ? null : kindOf(values.kind);
    const all = await definitionsOf(gateway, values.server ?? null);
    const tools = all.filter((each) => kind === null || each.kind === kind);
    if (values.json === true) {
      terminal.out(JSON.stringify({ tools }));
      return 0;
    }
    const rows = tools.map((each) => rowOf(each, values.utc === true));
    const head = ['kind', 'name', 'state', 'digest', 'accepted by', 'accepted at'];
    const options = { isColoured: terminal.isInteractive, none: 'no server lists anything' };
    for (const line of table(head, rows, options)) terminal.out(line);
    return 0;
  },
});

function rowOf({ server, ...item }: Served, isUtc: boolean): readonly Cell[] {
  return [
    item.kind,
    item.kind === 'instructions' ? server : `${server}/${item.name}`,
    { text: item.state, tone: TONES[item.state] },
    item.digest.slice(0, 12),
    acceptedBy(item),
    time(item.accepted?.at ?? null, isUtc),
  ];
}

function acceptedBy({ accepted }: Definition): string {
  return accepted === null ? '–' : (accepted.by ?? '(first seen)');
}
