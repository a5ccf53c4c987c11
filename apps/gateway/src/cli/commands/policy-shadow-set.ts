// `countersign policy shadow set`: lets a folder of policies run beside the set in force. It decides nothing.
import { defineCommand } from '../command.ts';
import { bodyOf, GATEWAY_OPTIONS, openGateway } from '../gateway.ts';
import { readSources } from '../policy-folder.ts';
import { shadowLines } from '../shadow.ts';

export const policyShadowSet = defineCommand({
  summary: 'Let a folder of policies run beside the set in force; what it would decide otherwise is recorded',
  takes: ['folder'],
  options: GATEWAY_OPTIONS,
  async run({ values, args: [folder = ''], terminal }) {
    const sources = await readSources(folder, terminal);
    const gateway = await openGateway(values, terminal);
    const shadow = await bodyOf(gateway.policies.shadow.$put({ json: { sources: [...sources] } }));
    const options = { isColoured: terminal.isInteractive, isUtc: false };
    for (const line of values.json === true ? [JSON.stringify(shadow)] : shadowLines(shadow, options))
      terminal.out(line);
    return 0;
  },
});
