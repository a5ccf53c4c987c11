// `countersign calls show`: one call in full; what it carried only with a reason, which is recorded.
import type { CallDetail } from '../../admin/client.ts';
import { defineCommand } from '../command.ts';
import { explainLines } from '../explain.ts';
import { GATEWAY_OPTIONS, openGateway } from '../gateway.ts';
import { fetchCall, REVEAL_OPTIONS, revealReason } from '../reveal-option.ts';
import { safe, safeLines } from '../text.ts';
import { UTC_OPTION } from '../time-option.ts';

export const callsShow = defineCommand({
  summary: 'Show one call: why, entries, and with --reveal what it carried (recorded, for auditors)',
  takes: ['call'],
  options: { ...REVEAL_OPTIONS, ...UTC_OPTION, ...GATEWAY_OPTIONS },
  async run({ values, args: [id = ''], terminal }) {
    const reason = revealReason(values);
    const detail = await fetchCall(await openGateway(values, terminal), id, reason);
    const lines = values.json === true ? [JSON.stringify(detail)] : detailLines(detail, values.utc === true);
    for (const line of lines) terminal.out(line);
    return detail.tampered ? 1 : 0;
  },
});

function detailLines(detail: CallDetail, isUtc: boolean): string[] {
  const { request, result, error, withheld } = detail;
  const part = (name: string, text: string | null): string[] =>
    text === null ? [] : ['', `${name}:`, ...safeLines(text).map((line) => `  ${line}`)];
  return [
    ...explainLines(detail, isUtc),
    ...part('request', request.params),
    ...part('error', error),
    ...part('result', result),
    ...(withheld.length === 0
      ? []
      : ['', `not shown: ${safe(withheld.join(', '))} (an auditor may, with \`--reveal --reason\`)`]),
  ];
}
