// `countersign verify`: recomputes a whole log offline and says level by level what holds, what does not, and what
// nobody can know from it. Never a bare OK.
import { readFile } from 'node:fs/promises';
import { resolve } from 'node:path';
import { LOG_LEVELS, type LogReport } from '@countersign/audit';
import { defineCommand } from '../command.ts';
import { CommandError } from '../exit.ts';
import { DATA_OPTION, dataFolder } from '../gateway.ts';
import { openLogFolder } from '../log-folder.ts';
import { verifyStoredLog } from '../stored-log.ts';
import { fields, table, toned } from '../table.ts';
import type { Terminal } from '../terminal.ts';
import { safe } from '../text.ts';

export const verifyCommand = defineCommand({
  summary: 'Verify a log offline, entry by entry; names the first bad one and says what is not proven',
  takes: ['[path]'],
  options: {
    ...DATA_OPTION,
    checkpoint: {
      type: 'string',
      multiple: true,
      value: 'file',
      help: 'a checkpoint held elsewhere; may be repeated',
    },
    key: {
      type: 'string',
      multiple: true,
      value: 'vkey',
      help: 'the log’s checkpoint key, as text or file, from elsewhere',
    },
  },
  async run({ values, args: [path], terminal }) {
    const external = await Promise.all((values.checkpoint ?? []).map((file) => readGiven(file, terminal)));
    const given = await Promise.all((values.key ?? []).map((key) => keyText(key, terminal)));
    const folder = await openLogFolder(
      path === undefined ? dataFolder(values, terminal) : resolve(terminal.cwd, path),
    );
    try {
      const { size } = await folder.log.head();
      const report = await verifyStoredLog(folder.log, {
        vkeys: given.length > 0 ? given : folder.vkey === null ? [] : [folder.vkey],
        keysFrom: given.length > 0 ? 'outside' : 'store',
        keyManifest: given.length > 0 ? null : folder.keyManifest,
        kept: folder.kept,
        external,
        ...(terminal.isInteractive
          ? { onProgress: (entries: number) => terminal.progress(progress(entries, size)) }
          : {}),
      });
      if (terminal.isInteractive) terminal.progress('');
      const lines =
        values.json === true ? [JSON.stringify(report)] : reportLines(report, terminal.isInteractive);
      for (const line of lines) terminal.out(line);
      return report.verdict === 'consistent' ? 0 : 1;
    } catch (error) {
      // A key that is none: the verifier refuses it before it reads anything.
      if (error instanceof TypeError) throw new CommandError(2, error.message, { cause: error });
      throw error;
    } finally {
      folder.close();
    }
  },
});

function reportLines(report: LogReport, isColoured: boolean): string[] {
  const rows = LOG_LEVELS.map((level) => {
    const { state, checked, failures, first } = report.levels[level];
    return [level, toned(state.replace('_', ' ')), String(checked), String(failures), first?.message ?? ''];
  });
  const { calls, details, covered } = report;
  return [
    ...fields([
      ['log', report.origin],
      ['entries', String(report.size)],
      ['root', report.root],
      [
        'calls',
        `${calls.decided} decided, ${calls.completed} completed, ${calls.unknown} unknown, ${calls.open} open, ${calls.held} held`,
      ],
      ['details', `${details.disclosed} there, ${details.erased} erased, ${details.tampered} tampered`],
      [
        'checkpoints',
        `cover ${covered.byStore} entries by the store, ${covered.elsewhere} by what was held elsewhere`,
      ],
    ]),
    '',
    ...table(['level', 'state', 'checked', 'failures', 'first'], rows, { isColoured, none: '' }),
    '',
    safe(report.summary),
    '',
    'not proven:',
    ...report.notProven.map((sentence) => `- ${safe(sentence)}`),
  ];
}

function progress(entries: number, size: number): string {
  return `verified ${entries} of ${size} entries`;
}

async function readGiven(file: string, { cwd }: Terminal): Promise<string> {
  try {
    return await readFile(resolve(cwd, file), 'utf8');
  } catch (error) {
    throw new CommandError(2, `\`${file}\` cannot be read: name a file that holds a checkpoint`, {
      cause: error,
    });
  }
}

/** `name+hash+key` has two plus signs at least; anything else is the name of a file that holds it. */
async function keyText(key: string, { cwd }: Terminal): Promise<string> {
  if (/^[^+\s]+\+[0-9a-f]{8}\+/.test(key)) return key;
  const text = await readFile(resolve(cwd, key), 'utf8').catch(() => null);
  if (text === null)
    throw new CommandError(2, `\`--key\` is \`${key}\`: give a verifier key, or a file that holds one`);
  return text.trim();
}
