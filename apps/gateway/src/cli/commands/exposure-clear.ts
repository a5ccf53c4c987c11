// `countersign exposure clear`: proposes to clear an exposure before its window ends. Somebody else has to agree.
import { changeLines, exitCodeOf, outcomeLine } from '../changes.ts';
import { defineCommand } from '../command.ts';
import { usageError } from '../exit.ts';
import { bodyOf, GATEWAY_OPTIONS, openGateway } from '../gateway.ts';
import { UTC_OPTION } from '../time-option.ts';

export const exposureClear = defineCommand({
  summary: 'Propose to clear what an agent or a person is exposed to; somebody else has to agree',
  takes: ['[agent]'],
  options: {
    label: { type: 'string', multiple: true, value: 'label', help: 'what to clear; may be repeated' },
    subject: {
      type: 'string',
      multiple: true,
      value: 'name',
      help: 'a person, by name in tokens or by key; may be repeated',
    },
    message: { type: 'string', short: 'm', value: 'text', help: 'why; required and recorded' },
    ...UTC_OPTION,
    ...GATEWAY_OPTIONS,
  },
  async run({ values, args: [agent], terminal }) {
    const { label: labels, subject: subjects, message } = values;
    if (agent === undefined && subjects === undefined)
      throw usageError('nobody is named: give an agent, `--subject <name>`, or both');
    if (labels === undefined) throw usageError('`--label <label>` is missing: name what is to be cleared');
    if (message === undefined) throw usageError('`--message <text>` is missing: say why');
    const gateway = await openGateway(values, terminal);
    const json = {
      labels,
      message,
      ...(agent === undefined ? {} : { agent }),
      ...(subjects === undefined ? {} : { subjects }),
    };
    const change = await bodyOf(gateway.exposures.clear.$post({ json }));
    const lines =
      values.json === true
        ? [JSON.stringify(change)]
        : [...changeLines(change, values.utc === true), '', outcomeLine(change)];
    for (const line of lines) terminal.out(line);
    return exitCodeOf(change);
  },
});
