// `countersign apply -f`: sends manifests to the gateway, all files as one change. They are checked here first, where
// the file and the line of a fault are known, and paths in them are resolved against their own folder.
import { readFile, stat } from 'node:fs/promises';
import { resolve } from 'node:path';
import { describeProblems } from '../../config/problems.ts';
import { loadManifestFolder } from '../../registry/folder.ts';
import { type LocatedManifest, parseManifests } from '../../registry/manifests.ts';
import { defineCommand } from '../command.ts';
import { CommandError, usageError } from '../exit.ts';
import { bodyOf, GATEWAY_OPTIONS, openGateway } from '../gateway.ts';
import { table } from '../table.ts';

export const applyCommand = defineCommand({
  summary: 'Register agents, upstreams, issuers and people from manifests, all or none',
  takes: [],
  options: {
    file: {
      type: 'string',
      short: 'f',
      multiple: true,
      value: 'path',
      help: 'manifest file or folder; may be repeated',
    },
    message: {
      type: 'string',
      short: 'm',
      value: 'text',
      help: 'why; needed where what moves decisions has to be agreed to',
    },
    ...GATEWAY_OPTIONS,
  },
  async run({ values, terminal }) {
    if (values.file === undefined)
      throw usageError('`-f <file or folder>` is missing: name the manifests to apply');
    const located = (
      await Promise.all(values.file.map((path) => readManifests(resolve(terminal.cwd, path))))
    ).flat();
    // JSON is YAML: one document per manifest.
    const manifests = located.map(({ manifest }) => JSON.stringify(manifest)).join('\n---\n');
    const gateway = await openGateway(values, terminal);
    const message = values.message === undefined ? {} : { message: values.message };
    const result = await bodyOf(gateway.apply.$post({ json: { manifests, ...message } }));
    if (values.json === true) {
      terminal.out(JSON.stringify(result));
      return 0;
    }
    const rows = result.changes.map(({ op, kind, name }) => [op, kind, name]);
    const options = { isColoured: terminal.isInteractive, none: 'nothing to apply' };
    for (const line of table(['change', 'kind', 'name'], rows, options)) terminal.out(line);
    if (result.change !== null)
      terminal.out(
        `what is proposed waits until other people agree: countersign changes show ${result.change}`,
      );
    return 0;
  },
});

async function readManifests(path: string): Promise<readonly LocatedManifest[]> {
  const found = await stat(path).catch(() => null);
  if (found === null)
    throw new CommandError(2, `\`${path}\` is not there: name a manifest file or a folder of them`);
  const parsed = found.isDirectory()
    ? await loadManifestFolder(path)
    : parseManifests(await readFile(path, 'utf8'), path);
  if (!parsed.ok) throw new CommandError(1, describeProblems(parsed.error), { code: 'invalid_manifest' });
  if (parsed.value.length === 0)
    throw new CommandError(2, `\`${path}\` has no manifest in it: name a YAML file, or a folder of them`);
  return parsed.value;
}
