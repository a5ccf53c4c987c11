// `countersign log fsck`: reads everything that is stored of a log again and says exactly what is wrong. `verify` answers
// for what others can check of it.
import { existsSync } from 'node:fs';
import { resolve } from 'node:path';
import { defineCommand } from '../command.ts';
import { usageError } from '../exit.ts';
import { type CheckReport, fsck, type FsckReport } from '../fsck/run.ts';
import { DATA_OPTION, dataFolder } from '../gateway.ts';
import { openLogFolder } from '../log-folder.ts';
import { CONFIG_OPTION, headFileOf } from '../own-log.ts';
import { table, toned } from '../table.ts';
import type { Terminal } from '../terminal.ts';
import { counted, safe } from '../text.ts';

/** Faults of one check that people are shown; all that are named stand in the JSON. */
const SHOWN = 20;

export const logFsck = defineCommand({
  summary: 'Read everything stored of a log again: entries, tree, checkpoints, index; name what is wrong',
  takes: [],
  options: {
    ...DATA_OPTION,
    ...CONFIG_OPTION,
    head: {
      type: 'string',
      value: 'file',
      help: 'the head kept outside the database, where it is not in the folder',
    },
  },
  async run({ values, terminal }) {
    const dataDir = dataFolder(values, terminal);
    const folder = await openLogFolder(dataDir, await headFile(dataDir, values, terminal));
    try {
      const { isInteractive } = terminal;
      const report = await fsck(folder, (line) => isInteractive && terminal.progress(line));
      if (isInteractive) terminal.progress('');
      const lines = values.json === true ? [JSON.stringify(report)] : reportLines(report, isInteractive);
      for (const line of lines) terminal.out(line);
      return report.sound ? 0 : 1;
    } finally {
      folder.close();
    }
  },
});

/** Where the head is kept; undefined where nothing says that it is not in the folder. */
async function headFile(
  dataDir: string,
  { head, config }: { readonly head?: string | undefined; readonly config?: string | undefined },
  { cwd }: Pick<Terminal, 'cwd'>,
): Promise<string | undefined> {
  if (head === undefined) return config === undefined ? undefined : headFileOf(dataDir, config, cwd);
  const path = resolve(cwd, head);
  if (!existsSync(path))
    throw usageError(`\`--head\` is \`${head}\`, which is not there: name the file of \`log.head.file\``);
  return path;
}

function reportLines({ size, checks, sound, notChecked }: FsckReport, isColoured: boolean): string[] {
  const rows = checks.map(({ name, checked, faults }) => [
    name,
    toned(faults === 0 ? 'passed' : 'failed'),
    String(checked),
    String(faults),
  ]);
  return [
    ...table(['check', 'state', 'checked', 'faults'], rows, { isColoured, none: '' }),
    ...checks.flatMap(faultLines),
    '',
    ...(notChecked.length === 0 ? [] : ['not checked:', ...notChecked.map((each) => `- ${safe(each)}`), '']),
    ...remedyLines(checks),
    sound
      ? `what is stored of ${counted(size, 'entry', 'entries')} is sound`
      : `what is stored of ${counted(size, 'entry', 'entries')} is NOT as it was written`,
  ];
}

/** What can be made again from the entries; nothing while these are wrong themselves. */
function remedyLines(checks: readonly CheckReport[]): string[] {
  const wrong = new Set(checks.flatMap(({ name, faults }) => (faults === 0 ? [] : [name])));
  const others = [...wrong].filter((name) => !['tiles', 'index', 'counts'].includes(name));
  if (others.length > 0) return [];
  return [
    ...(wrong.has('tiles')
      ? ['tiles can be made again: stop the gateway and run `countersign log rebuild --tiles`']
      : []),
    ...(wrong.has('index') || wrong.has('counts')
      ? ['the index can be made again: stop the gateway and run `countersign log rebuild`']
      : []),
  ];
}

function faultLines({ faults, named }: CheckReport): string[] {
  const shown = named.slice(0, SHOWN).map(({ message }) => safe(message));
  return faults > shown.length ? [...shown, `and ${faults - shown.length} more`] : shown;
}
