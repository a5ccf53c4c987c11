// `countersign policy shadow show`: how the shadow set fares, and what it would have decided otherwise.
import { defineCommand } from '../command.ts';
import { bodyOf, GATEWAY_OPTIONS, openGateway } from '../gateway.ts';
import { shadowLines } from '../shadow.ts';
import { UTC_OPTION } from '../time-option.ts';

export const policyShadowShow = defineCommand({
  summary: 'Show the shadow set, and the calls that it would have decided otherwise by agent and target',
  takes: [],
  options: { ...UTC_OPTION, ...GATEWAY_OPTIONS },
  async run({ values, terminal }) {
    const gateway = await openGateway(values, terminal);
    const shadow = await bodyOf(gateway.policies.shadow.$get());
    const options = { isColoured: terminal.isInteractive, isUtc: values.utc === true };
    for (const line of values.json === true ? [JSON.stringify(shadow)] : shadowLines(shadow, options))
      terminal.out(line);
    return shadow.state === 'suspended' ? 1 : 0;
  },
});
