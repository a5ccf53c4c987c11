// `countersign tools accept`.
import { defineCommand } from '../command.ts';
import { usageError } from '../exit.ts';
import { bodyOf, GATEWAY_OPTIONS, openGateway } from '../gateway.ts';
import { safe } from '../text.ts';
import { differenceLines, findTool } from '../tools.ts';

export const toolsAccept = defineCommand({
  summary: 'Accept the definition of a tool as its server lists it now; prints what changed in it',
  takes: ['server/tool'],
  options: {
    digest: {
      type: 'string',
      value: 'hex',
      help: 'only this definition, as `tools diff` named it; without it, the one that is printed',
    },
    ...GATEWAY_OPTIONS,
  },
  async run({ values, args: [name = ''], terminal }) {
    if (values.digest !== undefined && !/^[0-9a-f]{64}$/.test(values.digest))
      throw usageError(
        `\`--digest\` is \`${values.digest}\`: give the 64 hex digits that \`countersign tools diff\` prints`,
      );
    const gateway = await openGateway(values, terminal);
    const shown = await findTool(gateway, name);
    if (values.json !== true && values.digest === undefined) {
      for (const line of differenceLines(shown, terminal.isInteractive)) terminal.out(line);
    }
    const accepted = await bodyOf(
      gateway.upstreams[':name'].tools.accept.$post({
        param: { name: shown.server },
        json: { tool: shown.name, digest: values.digest ?? shown.digest },
      }),
    );
    if (values.json === true) terminal.out(JSON.stringify({ server: shown.server, ...accepted }));
    else terminal.out(`${safe(name)} is accepted (digest ${accepted.digest})`);
    return 0;
  },
});
