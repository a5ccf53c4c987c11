// `countersign log continue`: the ceremony by which a log goes on under another name, after a backup was put back or when
// the head kept outside is lost. Never done by itself: somebody says why, and answers for it.
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { NEWEST_KNOWN } from '../../continuation/archive.ts';
import { continueLog, type Continued } from '../../continuation/continue.ts';
import { type Journal, readJournal } from '../../continuation/journal.ts';
import { operatorName } from '../../operator.ts';
import { archivedDatabase, archivedFolders, archivedOrigin } from '../../store/payload/archived-log.ts';
import { openForReading } from '../../store/sqlite/open.ts';
import { StoreError } from '../../store/store-error.ts';
import { defineCommand } from '../command.ts';
import { CommandError, usageError } from '../exit.ts';
import { DATA_OPTION, dataFolder } from '../gateway.ts';
import { openLogFolder } from '../log-folder.ts';
import { newestKnown } from '../newest-known.ts';
import { CONFIG_OPTION, headFileOf } from '../own-log.ts';
import { fields } from '../table.ts';
import type { Terminal } from '../terminal.ts';
import { counted } from '../text.ts';

const ORIGIN = /^[a-z0-9][a-z0-9._/-]{0,127}$/;

export const logContinue = defineCommand({
  summary: 'Go on under another name after a backup was put back; the gateway must be stopped',
  takes: [],
  options: {
    ...DATA_OPTION,
    ...CONFIG_OPTION,
    origin: { type: 'string', value: 'name', help: 'the name under which the log goes on' },
    reason: { type: 'string', value: 'text', help: 'why; it is recorded' },
    checkpoint: {
      type: 'string',
      multiple: true,
      value: 'file',
      help: 'a checkpoint of the log so far that was held elsewhere; may be repeated',
    },
    yes: { type: 'boolean', help: 'do not ask' },
  },
  async run({ values, terminal }) {
    const dataDir = dataFolder(values, terminal);
    const headFile = await headFileOf(dataDir, values.config, terminal.cwd);
    try {
      const begun = readJournal(dataDir);
      if (begun !== null && values.origin !== undefined && values.origin !== begun.to)
        throw new CommandError(
          1,
          `a ceremony to go on as \`${begun.to}\` was begun here: finish that one first`,
        );
      const journal = begun ?? (await newJournal(values, { dataDir, headFile, terminal }));
      const done = await continueLog(dataDir, journal, headFile, (message) => terminal.err(message));
      for (const line of told(journal, done, values.json === true)) terminal.out(line);
      terminal.err(
        `where the configuration names \`log.origin\`, set it to \`${journal.to}\`; then start the gateway, and hand auditors the new key and this checkpoint`,
      );
      return 0;
    } catch (error) {
      if (error instanceof StoreError) throw new CommandError(2, error.message, { cause: error });
      throw error;
    }
  },
});

interface Given {
  readonly origin?: string | undefined;
  readonly reason?: string | undefined;
  readonly checkpoint?: readonly string[] | undefined;
  readonly yes?: boolean | undefined;
}

async function newJournal(
  values: Given,
  at: { readonly dataDir: string; readonly headFile: string; readonly terminal: Terminal },
): Promise<Journal> {
  const { dataDir, headFile, terminal } = at;
  const { origin: to = '', reason = '', checkpoint: given = [], yes = false } = values;
  if (to === '') throw usageError('`--origin` is missing: give the name under which the log goes on');
  if (!ORIGIN.test(to))
    throw usageError(
      `\`--origin\` is \`${to}\`: give a name of lower-case letters, digits, \`.\`, \`-\`, \`_\` and \`/\``,
    );
  if (reason.trim() === '')
    throw usageError('`--reason` is missing: say why the log goes on under another name');
  const folder = await openLogFolder(dataDir);
  try {
    const { origin: from, size } = await folder.log.head();
    if (from === to)
      throw new CommandError(1, `the log is \`${from}\` already: two histories must not have one name`);
    if (archivedOrigins(dataDir).includes(to))
      throw new CommandError(1, `a log before this one was \`${to}\`: two histories must not have one name`);
    const known = await newestKnown(folder, { dataDir, origin: from, headFile, given, cwd: terminal.cwd });
    for (const line of fields([
      ['log so far', from],
      ['entries here', String(size)],
      [
        'newest checkpoint known',
        known.known === null ? 'none' : `${counted(known.size, 'entry', 'entries')} (${known.knownFrom})`,
      ],
      ['goes on as', to],
    ]))
      terminal.err(line);
    if (!yes) await confirm(from, terminal);
    const { known: note, knownFrom } = known;
    const archive = freeArchive(dataDir, from, size);
    const user = operatorName();
    return { from, to, reason, user, archive, known: note, knownFrom, startedAt: Date.now() };
  } finally {
    folder.close();
  }
}

/** The names of all logs that came before. */
function archivedOrigins(dataDir: string): readonly string[] {
  return archivedFolders(dataDir).map((path) => {
    const db = openForReading(archivedDatabase(dataDir, path), 256);
    try {
      return archivedOrigin(db);
    } finally {
      db.close();
    }
  });
}

async function confirm(origin: string, { ask }: Terminal): Promise<void> {
  if (ask === undefined) throw usageError('nobody can be asked here: say `--yes`');
  const typed = await ask(`type the name of the log so far to end it: `);
  if (typed.trim() !== origin) throw new CommandError(1, 'that is not its name: nothing was changed');
}

function freeArchive(dataDir: string, origin: string, size: number): string {
  const name = `archive/${origin.toLowerCase().replaceAll(/[^a-z0-9.-]+/g, '_')}-${size}`;
  for (let i = 1; ; i += 1) {
    const candidate = i === 1 ? name : `${name}-${i}`;
    if (!existsSync(join(dataDir, candidate))) return candidate;
  }
}

function told(journal: Journal, { archive, checkpoint }: Continued, isJson: boolean): string[] {
  const { from, to } = journal;
  if (isJson) return [JSON.stringify({ from, to, archive, checkpoint })];
  return [
    ...fields([
      ['log so far', `${from}, in ${archive}`],
      ['newest of it', journal.known === null ? 'none' : join(archive, NEWEST_KNOWN)],
      ['log now', `${to}, ${counted(checkpoint.size, 'entry', 'entries')}`],
    ]),
    '',
    checkpoint.note.trimEnd(),
  ];
}
