// `countersign tools accept`.
import { defineCommand } from '../command.ts';
import { usageError } from '../exit.ts';
import { bodyOf, GATEWAY_OPTIONS, openGateway } from '../gateway.ts';
import { safe } from '../text.ts';
import { differenceLines, findDefinition, KIND_OPTION, kindOf } from '../tools.ts';

export const toolsAccept = defineCommand({
  summary: 'Accept a definition as its server gives it now; prints what changed in it',
  takes: ['server/name'],
  options: {
    digest: {
      type: 'string',
      value: 'hex',
      help: 'only this definition, as `tools diff` named it; without it, the one that is printed',
    },
    ...KIND_OPTION,
    ...GATEWAY_OPTIONS,
  },
  async run({ values, args: [name = ''], terminal }) {
    if (values.digest !== undefined && !/^[0-9a-f]{64}$/.test(values.digest))
      throw usageError(
        `\`--digest\` is \`${values.digest}\`: give the 64 hex digits that \`countersign tools diff\` prints`,
      );
    const gateway = await openGateway(values, terminal);
    const shown = await findDefinition(gateway, name, kindOf(values.kind));
    if (values.json !== true && values.digest === undefined) {
      for (const line of differenceLines(shown, terminal.isInteractive)) terminal.out(line);
    }
    const accepted = await bodyOf(
      gateway.upstreams[':name'].definitions.accept.$post({
        param: { name: shown.server },
        json: { kind: shown.kind, name: shown.name, digest: values.digest ?? shown.digest },
      }),
    );
    if (values.json === true) terminal.out(JSON.stringify({ server: shown.server, ...accepted }));
    else terminal.out(`${safe(name)} is accepted (digest ${accepted.digest})`);
    return 0;
  },
});
