// `countersign policy explain`: why a call was allowed, denied or held, from what was recorded then.
import { defineCommand } from '../command.ts';
import { explainLines } from '../explain.ts';
import { GATEWAY_OPTIONS, openGateway } from '../gateway.ts';
import { fetchCall, REVEAL_OPTIONS, revealReason } from '../reveal-option.ts';
import { UTC_OPTION } from '../time-option.ts';

export const policyExplain = defineCommand({
  summary: 'Say why a call was decided as it was: policies, what they read, what came closest',
  takes: ['call'],
  options: { ...REVEAL_OPTIONS, ...UTC_OPTION, ...GATEWAY_OPTIONS },
  async run({ values, args: [id = ''], terminal }) {
    const reason = revealReason(values);
    const detail = await fetchCall(await openGateway(values, terminal), id, reason);
    const lines = values.json === true ? [JSON.stringify(detail)] : explainLines(detail, values.utc === true);
    for (const line of lines) terminal.out(line);
    return 0;
  },
});
