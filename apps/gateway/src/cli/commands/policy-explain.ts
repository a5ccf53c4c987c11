// `countersign policy explain`: why a call was allowed, denied or held, from what was recorded then.
import { defineCommand } from '../command.ts';
import { explainLines } from '../explain.ts';
import { bodyOf, GATEWAY_OPTIONS, openGateway } from '../gateway.ts';
import { UTC_OPTION } from '../time-option.ts';

export const policyExplain = defineCommand({
  summary: 'Say why a call was decided as it was: policies, what they read, what came closest',
  takes: ['call'],
  options: { ...UTC_OPTION, ...GATEWAY_OPTIONS },
  async run({ values, args: [id = ''], terminal }) {
    const gateway = await openGateway(values, terminal);
    const detail = await bodyOf(gateway.calls[':id'].$get({ param: { id } }));
    const lines = values.json === true ? [JSON.stringify(detail)] : explainLines(detail, values.utc === true);
    for (const line of lines) terminal.out(line);
    return 0;
  },
});
