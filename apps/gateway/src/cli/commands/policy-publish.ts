// `countersign policy publish`: proposes a folder of policies as the set in force. Validated first, and shown as what it
// changes; goes live when the configured people approved it, or at once where review is configured off.
import { diagnosticLines, differenceLines, outcomeLine } from '../changes.ts';
import { defineCommand } from '../command.ts';
import { usageError } from '../exit.ts';
import { bodyOf, GATEWAY_OPTIONS, openGateway } from '../gateway.ts';
import { readSources } from '../policy-folder.ts';

export const policyPublish = defineCommand({
  summary: 'Propose a folder of policies as the set in force; other people approve it',
  takes: ['folder'],
  options: {
    message: { type: 'string', short: 'm', value: 'text', help: 'why; required and recorded' },
    'dry-run': { type: 'boolean', help: 'validate and show the difference, and propose nothing' },
    ...GATEWAY_OPTIONS,
  },
  async run({ values, args: [folder = ''], terminal }) {
    const isDry = values['dry-run'] === true;
    if (values.message === undefined && !isDry)
      throw usageError('`--message <text>` is missing: say why the policies change');
    const sources = [...(await readSources(folder, terminal))];
    const gateway = await openGateway(values, terminal);
    const check = await bodyOf(gateway.policies.check.$post({ json: { sources } }));
    const { ok, diagnostics, difference, base } = check;
    if (!ok || isDry) {
      const lines = [
        ...diagnosticLines(diagnostics),
        ...(ok ? differenceLines(difference) : ['this set is refused, and the one in force stays']),
      ];
      for (const line of values.json === true ? [JSON.stringify({ check, change: null })] : lines)
        terminal.out(line);
      return ok ? 0 : 1;
    }
    const json = { sources, message: values.message ?? '', base };
    const change = await bodyOf(gateway.policies.publish.$post({ json }));
    const lines = [...diagnosticLines(diagnostics), ...differenceLines(difference), '', outcomeLine(change)];
    for (const line of values.json === true ? [JSON.stringify({ check, change })] : lines) terminal.out(line);
    return 0;
  },
});
