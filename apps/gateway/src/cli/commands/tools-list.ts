// `countersign tools list`.
import type { Tool } from '../../admin/client.ts';
import { defineCommand } from '../command.ts';
import { GATEWAY_OPTIONS, openGateway } from '../gateway.ts';
import { type Cell, table } from '../table.ts';
import { time } from '../text.ts';
import { UTC_OPTION } from '../time-option.ts';
import { type ServedTool, toolsOf } from '../tools.ts';

const TONES = { accepted: 'good', changed: 'bad', new: 'waiting' } as const;

export const toolsList = defineCommand({
  summary: 'List the tools of MCP servers with how their definitions stand to what was accepted',
  takes: [],
  options: {
    server: { type: 'string', value: 'name', help: 'only the tools of this server' },
    ...UTC_OPTION,
    ...GATEWAY_OPTIONS,
  },
  async run({ values, terminal }) {
    const gateway = await openGateway(values, terminal);
    const tools = await toolsOf(gateway, values.server ?? null);
    if (values.json === true) {
      terminal.out(JSON.stringify({ tools }));
      return 0;
    }
    const rows = tools.map((tool) => rowOf(tool, values.utc === true));
    const head = ['tool', 'state', 'digest', 'accepted by', 'accepted at'];
    const options = { isColoured: terminal.isInteractive, none: 'no server lists a tool' };
    for (const line of table(head, rows, options)) terminal.out(line);
    return 0;
  },
});

function rowOf({ server, ...tool }: ServedTool, isUtc: boolean): readonly Cell[] {
  return [
    `${server}/${tool.name}`,
    { text: tool.state, tone: TONES[tool.state] },
    tool.digest.slice(0, 12),
    acceptedBy(tool),
    time(tool.accepted?.at ?? null, isUtc),
  ];
}

function acceptedBy({ accepted }: Tool): string {
  return accepted === null ? '–' : (accepted.by ?? '(first seen)');
}
