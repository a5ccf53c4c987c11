// `countersign policy shadow clear`: ends the shadow set. Its differences stay on record.
import { defineCommand } from '../command.ts';
import { bodyOf, GATEWAY_OPTIONS, openGateway } from '../gateway.ts';

export const policyShadowClear = defineCommand({
  summary: 'End the shadow set; what it would have decided otherwise stays on record',
  takes: [],
  options: GATEWAY_OPTIONS,
  async run({ values, terminal }) {
    const gateway = await openGateway(values, terminal);
    const shadow = await bodyOf(gateway.policies.shadow.$delete());
    terminal.out(values.json === true ? JSON.stringify(shadow) : 'no shadow set runs any more');
    return 0;
  },
});
