// The examinations of `countersign doctor`. Each looks at one thing, changes nothing, and names the fix.
import { lstat, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import Database from 'better-sqlite3';
import { begunArchive } from '../archive/begun.ts';
import { TOKEN_FILE } from '../admin/tokens.ts';
import { type Config, loadConfig } from '../config.ts';
import { describeProblem, type Problem } from '../config/problems.ts';
import { readPolicyFolder } from '../policies/folder.ts';
import { planChange } from '../registry/apply.ts';
import { createCommands } from '../registry/commands.ts';
import { loadManifestFolder } from '../registry/folder.ts';
import { processSecrets } from '../registry/secrets.ts';
import { dataPaths } from '../store/paths.ts';
import { isSafeSqliteVersion } from '../store/sqlite/open.ts';
import { examineCommands } from './doctor-commands.ts';
import { examineValueKeys } from './doctor-keys.ts';
import { examineHead, examineManifest } from './doctor-log.ts';
import { examinePublication } from './doctor-publication.ts';
import { CommandError, machineError } from './exit.ts';
import { announcedAdmin } from './gateway.ts';
import { type LogFolder, openLogFolder } from './log-folder.ts';
import { checkPolicies } from './policies.ts';
import { readStoredPolicy } from './stored-policy.ts';
import { counted } from './text.ts';

export interface Finding {
  readonly what: string;
  /** `absent`: not there yet, which is no fault. */
  readonly state: 'fine' | 'wrong' | 'absent';
  readonly message: string;
}

export interface Examined {
  readonly configFile: string | null;
  /** Null: as the configuration says. */
  readonly dataDir: string | null;
  readonly cwd: string;
}

const MINIMUM_NODE = 24;
const ANSWER_MS = 5000;

export async function examine({ configFile, dataDir, cwd }: Examined): Promise<readonly Finding[]> {
  const runtime = [nodeVersion(process.versions.node), sqliteVersion()];
  const loaded = await loadConfig(configFile, dataDir === null ? {} : { data: dataDir }, cwd);
  if (!loaded.ok) return [...runtime, wrong('configuration', told(loaded.error))];
  const config = loaded.value;
  return [
    ...runtime,
    fine('configuration', config.file ?? 'all defaults'),
    await manifests(config),
    ...(await examineCommands(config.manifests)),
    await policies(config),
    ...(await secrets(config.data.dir)),
    examineValueKeys(config.data.dir),
    ...(await log(config)),
    await gateway(config.data.dir),
  ];
}

const fine = (what: string, message: string): Finding => ({ what, state: 'fine', message });
const wrong = (what: string, message: string): Finding => ({ what, state: 'wrong', message });
const absent = (what: string, message: string): Finding => ({ what, state: 'absent', message });
/** On the one line that a finding has. */
const told = (problems: readonly Problem[]): string => problems.map(describeProblem).join('; ');

function nodeVersion(version: string): Finding {
  const isEnough = Number(version.split('.')[0]) >= MINIMUM_NODE;
  return isEnough ? fine('node', version) : wrong('node', `${version}: use Node ${MINIMUM_NODE} or newer`);
}

function sqliteVersion(): Finding {
  const db = new Database(':memory:');
  const version = String(db.prepare('SELECT sqlite_version()').pluck().get());
  db.close();
  return isSafeSqliteVersion(version)
    ? fine('sqlite', version)
    : wrong('sqlite', `${version} can corrupt its log: update better-sqlite3`);
}

async function manifests(config: Config): Promise<Finding> {
  if (config.manifests === null) return absent('manifests', 'no folder is configured');
  const loaded = await loadManifestFolder(config.manifests);
  if (!loaded.ok) return wrong('manifests', told(loaded.error));
  const actor = { via: 'folder', user: null } as const;
  const planned = planChange(
    new Map(),
    { manifests: loaded.value },
    { actor, now: 0, secrets: processSecrets, commands: createCommands(config.stdio.commands) },
  );
  if (!planned.ok) return wrong('manifests', told(planned.error));
  return fine('manifests', `${loaded.value.length} in ${config.manifests}`);
}

async function policies({ policies: origin, data }: Config): Promise<Finding> {
  if (origin.kind === 'unset') return storedPolicies(data.dir);
  if (origin.kind === 'published') {
    const { review } = origin;
    const by =
      review === null ? 'without review' : `reviewed by ${review.quorum} of group \`${review.group}\``;
    return fine('policies', `published, ${by}`);
  }
  const { folder } = origin;
  if ((await lstat(dataPaths(data.dir).database).catch(() => null)) === null) {
    const files = await readPolicyFolder(folder).catch(() => null);
    if (files === null) return wrong('policies', `the folder \`${folder}\` cannot be read`);
    return absent(
      'policies',
      `${counted(files.length, 'file')}, to be compiled once the gateway has run and knows the tools`,
    );
  }
  try {
    const { ok, diagnostics, policies: count } = await checkPolicies(folder, data.dir);
    if (ok) return fine('policies', `${count} in ${folder}`);
    const errors = diagnostics.filter(({ severity }) => severity === 'error');
    const places = errors.map(({ file, line, column, message }) => `${file}:${line}:${column}: ${message}`);
    return wrong('policies', places.join('; '));
  } catch (error) {
    return wrong('policies', messageOf(error));
  }
}

/** Where no policies are configured, those that the data folder holds stay in force. */
async function storedPolicies(dataDir: string): Promise<Finding> {
  const nothing = absent('policies', 'nothing is configured: without a policy every call is denied');
  if ((await lstat(dataPaths(dataDir).database).catch(() => null)) === null) return nothing;
  try {
    const { active } = await readStoredPolicy(dataDir);
    if (active === null) return nothing;
    return fine(
      'policies',
      `none are configured: those that the data folder holds stay in force (${counted(active.length, 'file')})`,
    );
  } catch (error) {
    return wrong('policies', messageOf(error));
  }
}

/** Files that must be their owner's alone. */
async function secrets(dataDir: string): Promise<Finding[]> {
  const folder = await lstat(dataDir).catch(() => null);
  if (folder === null) return [absent('data folder', `\`${dataDir}\` is made at the first start`)];
  if (!folder.isDirectory())
    return [wrong('data folder', `\`${dataDir}\` is no folder: name another with --data`)];
  const open: string[] = [];
  for (const path of ['', TOKEN_FILE, 'keys', 'countersign.db']) {
    const found = await lstat(join(dataDir, path)).catch(() => null);
    if (found !== null && (found.mode & 0o077) !== 0) open.push(join(dataDir, path));
  }
  const message = `others can read ${open.join(', ')}: take their access away with chmod go-rwx`;
  return [open.length === 0 ? fine('data folder', dataDir) : wrong('data folder', message)];
}

async function log(config: Config): Promise<readonly Finding[]> {
  const { dir } = config.data;
  if ((await lstat(dataPaths(dir).database).catch(() => null)) === null)
    return [absent('log', 'not begun yet'), ...(await examinePublication(config, null, Date.now()))];
  const headFile = config.log.head.file ?? dataPaths(dir).checkpoint;
  try {
    const folder = await openLogFolder(dir, headFile);
    try {
      const { origin, size } = await folder.log.head();
      return [
        fine('log', `${origin}, ${counted(size, 'entry', 'entries')}; \`countersign verify\` checks them`),
        ...(await archives(folder)),
        await examineHead(folder, headFile),
        await examineManifest(folder, dir),
        ...(await examinePublication(config, folder, Date.now())),
      ];
    } finally {
      folder.close();
    }
  } catch (error) {
    return [wrong('log', messageOf(error))];
  }
}

async function archives({ log: reader }: LogFolder): Promise<readonly Finding[]> {
  const to = await reader.archivedTo();
  const begun = await begunArchive(reader);
  if (begun !== null) return [wrong('archives', begun)];
  return to === 0 ? [] : [fine('archives', `entries before ${to} are in archives`)];
}

async function gateway(dataDir: string): Promise<Finding> {
  const text = await readFile(join(dataDir, 'endpoint.json'), 'utf8').catch(() => null);
  if (text === null) return absent('gateway', 'has not run on this data folder');
  const admin = announcedAdmin(text);
  if (admin === null)
    return wrong(
      'gateway',
      `\`${join(dataDir, 'endpoint.json')}\` is not what a gateway writes: start the gateway again`,
    );
  try {
    const answer = await fetch(`${admin}/health/ready`, { signal: AbortSignal.timeout(ANSWER_MS) });
    const { status } = (await answer.json().catch(() => ({}))) as { status?: unknown };
    if (answer.ok && status === 'degraded') {
      return wrong(
        'gateway',
        `serves at ${admin}, and not by the policies that it should: see \`countersign policy show\``,
      );
    }
    if (answer.ok) return fine('gateway', `serves at ${admin}`);
    return wrong('gateway', `at ${admin} refuses to serve (status ${answer.status}): see what it printed`);
  } catch {
    return absent('gateway', `does not run now (last at ${admin})`);
  }
}

function messageOf(error: unknown): string {
  if (error instanceof CommandError) return error.message;
  const known = machineError(error);
  if (known !== null) return known.message;
  return error instanceof Error ? `${error.name}: ${error.message}` : String(error);
}
