// `countersign log archive`: copies old entries to a folder, verifies the copy, records that, and takes them out of the
// database. Never done by itself: somebody says how far, and answers for it.
import { existsSync, realpathSync } from 'node:fs';
import { dirname, resolve, sep } from 'node:path';
import { ArchiveError } from '../../archive/archive-error.ts';
import { planArchive, type PlanOptions, type ArchivePlan } from '../../archive/plan.ts';
import {
  type Archived,
  type ArchiveDeps,
  archiveEntries,
  finishArchive,
  recordedArchive,
  unfinishedArchive,
} from '../../archive/run.ts';
import { requireFree } from '../../archive/write.ts';
import { loadConfig } from '../../config.ts';
import { headerRetentionMs } from '../../config/privacy.ts';
import { describeProblems } from '../../config/problems.ts';
import { placeOf } from '../../store/payload/place.ts';
import { defineCommand } from '../command.ts';
import { CommandError, usageError } from '../exit.ts';
import { DATA_OPTION, dataFolder } from '../gateway.ts';
import { type LogFolder, openLogFolder } from '../log-folder.ts';
import { CONFIG_OPTION, headFileOf, openOwnStore, readOwnLog } from '../own-log.ts';
import { fields } from '../table.ts';
import type { Terminal } from '../terminal.ts';
import { counted } from '../text.ts';

const TIME = /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}(:\d{2}(\.\d+)?)?(Z|[+-]\d{2}:\d{2})$/;

export const logArchive = defineCommand({
  summary: 'Move old entries to a folder of their own, verified and recorded; the gateway must be stopped',
  takes: [],
  options: {
    before: {
      type: 'string',
      value: 'time|index',
      help: 'entries before this time (RFC 3339 with offset) or index; default: as old as `log.headerRetention` says',
    },
    to: { type: 'string', value: 'folder', help: 'where the archive goes: outside of the data folder' },
    reason: { type: 'string', value: 'text', help: 'why; it is recorded' },
    ...DATA_OPTION,
    ...CONFIG_OPTION,
    yes: { type: 'boolean', help: 'do not ask' },
  },
  async run({ values, terminal }) {
    const dataDir = dataFolder(values, terminal);
    if (values.to === undefined)
      throw usageError('`--to` is missing: name the folder that the archive goes to');
    const target = resolve(terminal.cwd, values.to);
    refuseWithin(target, dataDir);
    const retention = await retentionOf(values.config, dataDir, terminal);
    const before = beforeOf(values.before);
    const log = await readOwnLog(dataDir);
    const headFile = await headFileOf(dataDir, values.config, terminal.cwd);
    const store = await openOwnStore(log, { headFile, more: [] });
    let folder: LogFolder | null = null;
    try {
      folder = await openLogFolder(dataDir);
      const deps: ArchiveDeps = {
        store,
        db: folder.db,
        vkeys: log.manifest.keys.flatMap(({ role, vkey }) => (role === 'checkpoint' ? [vkey] : [])),
        keyManifest: log.manifest,
        keys: log.record.note,
        place: placeOf(dataDir),
        onProgress: (line) => terminal.isInteractive && terminal.progress(line),
      };
      const begun = unfinishedArchive(folder.db);
      if (begun !== null) {
        const archived = await recordedArchive(deps, target, begun.to);
        await finishArchive(deps);
        return told({ archived, target, isFinished: true }, values.json === true, terminal);
      }
      const options: PlanOptions = { before, retentionMs: retention.ms, now: Date.now() };
      const plan = await planArchive({ db: folder.db, readers: store.readers }, options);
      if (!plan.ok) throw new CommandError(1, plan.error);
      requireFree(target, plan.value);
      for (const line of planLines(plan.value, target)) terminal.err(line);
      if (values.yes !== true) await confirm(plan.value, terminal);
      const reason = values.reason ?? reasonOf(values.before, retention.text);
      const archived = await archiveEntries(deps, plan.value, { folder: target, reason });
      return told({ archived, target, isFinished: false }, values.json === true, terminal);
    } catch (error) {
      if (error instanceof ArchiveError) throw new CommandError(1, error.message, { cause: error });
      throw error;
    } finally {
      folder?.close();
      await store.close();
    }
  },
});

function beforeOf(text: string | undefined): PlanOptions['before'] {
  if (text === undefined) return null;
  if (/^\d{1,15}$/.test(text)) return { index: Number(text) };
  const time = TIME.test(text) ? Date.parse(text) : Number.NaN;
  if (Number.isNaN(time))
    throw usageError(
      `\`--before\` is \`${text}\`: give an index, or an RFC 3339 time with an offset, such as \`2026-01-31T00:00:00Z\``,
    );
  return { time };
}

async function retentionOf(
  file: string | undefined,
  dataDir: string,
  { cwd }: Terminal,
): Promise<{ readonly ms: number | null; readonly text: string | null }> {
  if (file === undefined) return { ms: null, text: null };
  const config = await loadConfig(file, { data: dataDir }, cwd);
  if (!config.ok) throw new CommandError(2, describeProblems(config.error));
  const { headerRetention: text } = config.value.log;
  return { ms: headerRetentionMs(text), text: text === 'never' ? null : text };
}

function reasonOf(before: string | undefined, retention: string | null): string {
  const kept = retention === null ? 'no period is configured' : `headers are kept for ${retention}`;
  return before === undefined ? kept : `asked for entries before ${before}; ${kept}`;
}

/** A copy beside the database goes with the database. */
function refuseWithin(target: string, dataDir: string): void {
  const [folder, data] = [realOf(target), realOf(resolve(dataDir))];
  if (folder !== data && !folder.startsWith(`${data}${sep}`)) return;
  throw new CommandError(
    2,
    `\`--to\` is \`${target}\`, which is in the data folder: a cold copy belongs elsewhere, best on another disk`,
  );
}

/** With links followed as far as the path is there. */
function realOf(path: string): string {
  if (existsSync(path)) return realpathSync(path);
  const parent = dirname(path);
  return parent === path ? path : resolve(realOf(parent), path.slice(parent.length).replace(/^[\\/]/, ''));
}

function planLines({ from, to, calls, until, checkpoint }: ArchivePlan, target: string): string[] {
  return fields([
    ['entries', `${from} to ${to - 1}, recorded up to ${new Date(until).toISOString()}`],
    ['calls', String(calls)],
    ['checkpoint', `${counted(checkpoint.size, 'entry', 'entries')}, held by ${checkpoint.heldBy}`],
    ['archive', target],
  ]);
}

async function confirm({ from, to }: ArchivePlan, { ask }: Terminal): Promise<void> {
  if (ask === undefined) throw usageError('nobody can be asked here: say `--yes`');
  const typed = await ask(`type ${to - from} to take so many entries out of the database: `);
  if (typed.trim() !== String(to - from))
    throw new CommandError(1, 'that is another number: nothing was changed');
}

interface Told {
  readonly archived: Archived;
  readonly target: string;
  readonly isFinished: boolean;
}

function told({ archived, target, isFinished }: Told, isJson: boolean, terminal: Terminal): 0 {
  const { from, to, digest } = archived;
  if (terminal.isInteractive) terminal.progress('');
  if (isJson) terminal.out(JSON.stringify({ from, to, digest, folder: target, finished: isFinished }));
  else {
    const what = isFinished ? 'the archive that was begun before is finished: ' : '';
    terminal.out(
      `${what}${counted(to - from, 'entry', 'entries')} (${from} to ${to - 1}) are in \`${target}\`, digest ${digest}`,
    );
  }
  terminal.err(`check it where it is kept: countersign verify ${target} --trust <policy>`);
  return 0;
}
