// `countersign policy check`: would this folder of policies go live? Compiled against the registry and the tool
// catalogue of a data folder, by the code that publishes.
import { resolve } from 'node:path';
import { defineCommand } from '../command.ts';
import { CommandError } from '../exit.ts';
import { DATA_OPTION, dataFolder } from '../gateway.ts';
import { checkPolicies, type PolicyCheck } from '../policies.ts';
import { counted, safe } from '../text.ts';

export const policyCheck = defineCommand({
  summary: 'Compile a folder of policies against the stored tool catalogue, without publishing it',
  takes: ['folder'],
  options: DATA_OPTION,
  async run({ values, args: [folder = ''], terminal }) {
    const result = await checkPolicies(resolve(terminal.cwd, folder), dataFolder(values, terminal));
    if (result.files === 0) throw new CommandError(2, `\`${folder}\` has no policy file in it`);
    const { diagnostics } = result;
    if (values.json === true) {
      terminal.out(JSON.stringify(result));
      return result.ok ? 0 : 1;
    }
    for (const { file, line, column, severity, message } of diagnostics) {
      terminal.out(`${safe(file)}:${line}:${column}: ${severity}: ${safe(message)}`);
    }
    terminal.out(verdict(result));
    return result.ok ? 0 : 1;
  },
});

function verdict({ ok, files, policies, diagnostics }: PolicyCheck): string {
  if (!ok) return 'this set would be refused';
  const what = `${counted(policies, 'policy', 'policies')} in ${counted(files, 'file')}`;
  if (policies === 0) return `${what}: it could go live, and every call would be denied`;
  const warnings = diagnostics.length === 0 ? 'no warning' : counted(diagnostics.length, 'warning');
  return `${what}, ${warnings}: it could go live`;
}
