// `countersign tools diff`: what an operator reads before accepting a definition.
import { defineCommand } from '../command.ts';
import { GATEWAY_OPTIONS, openGateway } from '../gateway.ts';
import { safe } from '../text.ts';
import { differenceLines, findTool } from '../tools.ts';

export const toolsDiff = defineCommand({
  summary: 'Show what changed in the definition of a tool since it was accepted; 1 if it is held back',
  takes: ['server/tool'],
  options: GATEWAY_OPTIONS,
  async run({ values, args: [name = ''], terminal }) {
    const gateway = await openGateway(values, terminal);
    const tool = await findTool(gateway, name);
    if (values.json === true) terminal.out(JSON.stringify(tool));
    else if (tool.difference === null)
      terminal.out(`${safe(name)} is accepted as its server defines it (digest ${tool.digest})`);
    else for (const line of differenceLines(tool, terminal.isInteractive)) terminal.out(line);
    return tool.state === 'accepted' ? 0 : 1;
  },
});
