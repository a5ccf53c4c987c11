// `countersign version`.
import { readFile } from 'node:fs/promises';
import { defineCommand } from '../command.ts';

export const versionCommand = defineCommand({
  summary: 'Print the version',
  takes: [],
  options: {},
  async run({ values, terminal }) {
    const file = new URL('../../../package.json', import.meta.url);
    const { version } = JSON.parse(await readFile(file, 'utf8')) as { version: string };
    const facts = { version, node: process.versions.node };
    terminal.out(
      values.json === true ? JSON.stringify(facts) : `countersign ${version} (Node ${facts.node})`,
    );
    return 0;
  },
});
