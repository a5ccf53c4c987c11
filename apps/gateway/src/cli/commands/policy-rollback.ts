// `countersign policy rollback`: proposes an earlier version as the set in force. Goes the same way as a new one, and is
// validated against the tools of today.
import { changeLines, outcomeLine } from '../changes.ts';
import { defineCommand } from '../command.ts';
import { usageError } from '../exit.ts';
import { bodyOf, GATEWAY_OPTIONS, openGateway } from '../gateway.ts';
import { UTC_OPTION } from '../time-option.ts';

export const policyRollback = defineCommand({
  summary: 'Propose to go back to an earlier policy set; other people approve it',
  takes: ['version'],
  options: {
    message: { type: 'string', short: 'm', value: 'text', help: 'why; required and recorded' },
    ...UTC_OPTION,
    ...GATEWAY_OPTIONS,
  },
  async run({ values, args: [text = ''], terminal }) {
    if (!/^[1-9]\d{0,8}$/.test(text))
      throw usageError(`\`${text}\` is no version: give a number of \`countersign policy history\``);
    if (values.message === undefined)
      throw usageError('`--message <text>` is missing: say why the policies change');
    const gateway = await openGateway(values, terminal);
    const json = { version: Number(text), message: values.message };
    const change = await bodyOf(gateway.policies.rollback.$post({ json }));
    const lines =
      values.json === true
        ? [JSON.stringify(change)]
        : [...changeLines(change, values.utc === true), '', outcomeLine(change)];
    for (const line of lines) terminal.out(line);
    return 0;
  },
});
