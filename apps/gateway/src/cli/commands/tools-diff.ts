// `countersign tools diff`: what an operator reads before accepting a definition.
import { defineCommand } from '../command.ts';
import { GATEWAY_OPTIONS, openGateway } from '../gateway.ts';
import { safe } from '../text.ts';
import { differenceLines, findDefinition, KIND_OPTION, kindOf } from '../tools.ts';

export const toolsDiff = defineCommand({
  summary: 'Show what changed in a definition since it was accepted; 1 if it is held back',
  takes: ['server/name'],
  options: { ...KIND_OPTION, ...GATEWAY_OPTIONS },
  async run({ values, args: [name = ''], terminal }) {
    const gateway = await openGateway(values, terminal);
    const found = await findDefinition(gateway, name, kindOf(values.kind));
    if (values.json === true) terminal.out(JSON.stringify(found));
    else if (found.difference === null)
      terminal.out(`${safe(name)} is accepted as its server defines it (digest ${found.digest})`);
    else for (const line of differenceLines(found, terminal.isInteractive)) terminal.out(line);
    return found.state === 'accepted' ? 0 : 1;
  },
});
