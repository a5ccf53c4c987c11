// `countersign verify`: recomputes a proof bundle or a whole log offline, makes its decisions again, and says level by
// level what holds, what does not, and what nobody can know from it. Never a bare OK.
import { createReadStream } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { resolve } from 'node:path';
import {
  type AuditOptions,
  type BundleReport,
  type KeyManifest,
  type LogReport,
  parseKeyManifest,
  verifyBundle,
} from '@countersign/audit';
import { isArchive } from '../../archive/read.ts';
import { createKeyReader } from '../../store/sqlite/readers/keys.ts';
import { createPublicationReader } from '../../store/sqlite/readers/publications.ts';
import { defineCommand } from '../command.ts';
import { CommandError, usageError } from '../exit.ts';
import { DATA_OPTION, dataFolder } from '../gateway.ts';
import { type GivenManifest, MANIFEST_OPTION, manifestIn, newestManifest } from '../key-manifest.ts';
import { type LogFolder, openLogFolder } from '../log-folder.ts';
import { type VerifyLogOptions, verifyStoredLog } from '../stored-log.ts';
import type { Terminal } from '../terminal.ts';
import { asAnswer, openArchives, verifyArchiveIn } from '../verification/archives.ts';
import { erasedSince } from '../verification/erased-since.ts';
import { bundleReportLines, logReportLines } from '../verification/report.ts';
import { isBundle } from '../verification/subject.ts';
import { keyText, readGiven, readTrust } from '../verification/trust.ts';

export const verifyCommand = defineCommand({
  summary: 'Verify a bundle or a log offline; names the first bad entry and says what is not proven',
  takes: ['[path]'],
  options: {
    ...DATA_OPTION,
    trust: {
      type: 'string',
      value: 'file',
      help: 'whom you trust, as a C2SP tlog-policy: log keys, witnesses and a quorum; never from what is verified',
    },
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
      help: 'the log’s checkpoint key, as text or file, from elsewhere, where there is no trust policy',
    },
    ...MANIFEST_OPTION,
    archive: {
      type: 'string',
      multiple: true,
      value: 'folder',
      help: 'an archive that first entries of the log were moved to; may be repeated',
    },
    'timestamp-ca': {
      type: 'string',
      value: 'file',
      help: 'roots (PEM) that the timestamps of a bundle must lead to; without them they are not checked',
    },
    'require-witness': { type: 'boolean', help: 'fail where no quorum of witnesses is asked for and met' },
    'no-replay': { type: 'boolean', help: 'do not make recorded decisions again' },
  },
  async run({ values, args: [path], terminal }) {
    const subject = path === undefined ? dataFolder(values, terminal) : resolve(terminal.cwd, path);
    if (values.trust !== undefined && (values.key ?? []).length > 0)
      throw usageError('give `--trust` or `--key`: keys of a trust policy are the ones that count');
    const given = await Promise.all((values.key ?? []).map((key) => keyText(key, terminal)));
    const manifests = await manifestIn(values.manifest, terminal);
    const replays = values['no-replay'] !== true;
    const options: AuditOptions = {
      trust: values.trust === undefined ? undefined : await readTrust(values.trust, subject, terminal),
      requireWitness: values['require-witness'] ?? false,
      vkeys: given,
      keysFrom: given.length > 0 ? 'outside' : 'store',
      external: await Promise.all((values.checkpoint ?? []).map((file) => readGiven(file, terminal))),
    };
    try {
      if (await isBundle(subject)) {
        const report = await verifyBundle(createReadStream(subject), {
          ...options,
          keyManifest: await trustedManifest(manifests, originIn(manifests), options),
          replayer: replays ? (await import('../../bundles/replayer.ts')).createReplayer() : undefined,
          checkTimestamp: await timestampsOf(values['timestamp-ca'], terminal),
          ...progressTo(terminal),
        });
        return tell(report, bundleReportLines(report, terminal.isInteractive), values, terminal);
      }
      if (isArchive(subject)) {
        const report = await verifyArchiveIn(
          subject,
          { ...options, replays, ...progressTo(terminal) },
          async ({ keys, manifest }) => ({
            keyManifest: await trustedManifest(
              [...manifests, ...(keys === null ? [] : [{ what: 'in the archive', note: keys }])],
              manifest.origin,
              options,
            ),
          }),
        );
        return tell(report, logReportLines(report, terminal.isInteractive), values, terminal);
      }
      const folders = (values.archive ?? []).map((folder) => resolve(terminal.cwd, folder));
      const archives = await openArchives(folders);
      const report = await asAnswer(() =>
        verifyFolder(subject, { ...options, replays, archives }, manifests, terminal),
      );
      return tell(report, logReportLines(report, terminal.isInteractive), values, terminal);
    } catch (error) {
      // A key that is none: the verifier refuses it before it reads anything.
      if (error instanceof TypeError) throw new CommandError(2, clipped(error.message), { cause: error });
      throw error;
    }
  },
});

/** The key may be a whole file of anything. */
function clipped(message: string): string {
  return message.length > 300 ? `${message.slice(0, 120)}…${message.slice(-120)}` : message;
}

/** WHY only now: the libraries for certificates cost time that most verifications need not pay. */
async function timestampsOf(file: string | undefined, terminal: Terminal) {
  if (file === undefined) return undefined;
  const { timestampCheck } = await import('../../publication/timestamp/check.ts');
  const pem = await readFile(resolve(terminal.cwd, file), 'utf8').catch((error: unknown) => {
    throw new CommandError(2, `\`${file}\` cannot be read: name a file with root certificates`, {
      cause: error,
    });
  });
  return timestampCheck(pem);
}

function tell(
  report: LogReport | BundleReport,
  lines: readonly string[],
  {
    json: isJson = false,
    trust,
  }: { readonly json?: boolean | undefined; readonly trust?: string | undefined },
  terminal: Terminal,
): 0 | 1 {
  if (terminal.isInteractive) terminal.progress('');
  for (const line of isJson ? [JSON.stringify(report)] : lines) terminal.out(line);
  if (!isJson && report.levels.checkpoints.state === 'passed' && isOwnWord(report))
    terminal.err(
      `the keys came from what was verified, so its signatures prove nothing: ${trust === undefined ? 'give `--trust`' : 'give the file of `--trust` a line `log <key>`'}`,
    );
  return report.verdict === 'consistent' ? 0 : 1;
}

function isOwnWord({ notProven }: LogReport | BundleReport): boolean {
  return notProven.some((sentence) => sentence.startsWith('the checkpoint key '));
}

function progressTo(terminal: Terminal, of?: number): Pick<AuditOptions, 'onProgress'> {
  if (!terminal.isInteractive) return {};
  const total = of === undefined ? '' : ` of ${of}`;
  return { onProgress: ({ entries }) => terminal.progress(`verified ${entries}${total} entries`) };
}

async function verifyFolder(
  subject: string,
  options: VerifyLogOptions,
  manifests: readonly GivenManifest[],
  terminal: Terminal,
): Promise<LogReport> {
  const folder = await openLogFolder(subject);
  try {
    const { size, origin } = await folder.log.head();
    const isOwn = options.trust === undefined && options.vkeys?.length === 0 && manifests.length === 0;
    const own = isOwn
      ? { vkeys: folder.vkey === null ? [] : [folder.vkey], keyManifest: folder.keyManifest ?? undefined }
      : {
          keyManifest: await trustedManifest(
            [...manifests, ...(await storedManifest(folder))],
            origin,
            options,
          ),
        };
    const cosigned = await createPublicationReader(folder.db).newestCosigned();
    const since = erasedSince(subject, origin);
    const report = await verifyStoredLog(since?.log(folder.log) ?? folder.log, {
      db: folder.db,
      ...(since === null ? {} : { threadFrom: Number.POSITIVE_INFINITY }),
      ...options,
      ...own,
      kept: [folder.kept, cosigned?.note ?? null].filter((note) => note !== null),
      ...progressTo(terminal, size),
    });
    return since?.told(report) ?? report;
  } finally {
    folder.close();
  }
}

/** Of which log a manifest says that it is: a bundle is held against it only if it is of the same. */
function originIn([given]: readonly GivenManifest[]): string {
  const manifest = given === undefined ? null : parseKeyManifest(given.note);
  return manifest?.ok === true ? manifest.value.origin : '';
}

async function storedManifest({ db }: LogFolder): Promise<readonly GivenManifest[]> {
  const record = await createKeyReader(db).manifest();
  return record === null ? [] : [{ what: 'in the store', note: record.note }];
}

/** The newest manifest that a root key of the auditor signed; one that was given by hand must be by such a key. */
async function trustedManifest(
  given: readonly GivenManifest[],
  origin: string,
  { trust, vkeys = [] }: AuditOptions,
): Promise<KeyManifest | undefined> {
  const keys = [...(trust?.logs.map(({ verifier }) => verifier.vkey) ?? []), ...vkeys];
  return newestManifest(given, { vkeys: keys, origin, code: 1 });
}
