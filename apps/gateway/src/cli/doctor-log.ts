// What `countersign doctor` looks at of a log's own safety: the head kept outside the database, and the keys that speak for
// the log. Changes nothing; says what to do.
import { existsSync } from 'node:fs';
import {
  currentKey,
  isKeyEntry,
  type KeyManifest,
  knowsOf,
  manifestKeyName,
  openKeyManifest,
  parseCheckpoint,
  parseEntry,
  toDigest,
} from '@countersign/audit';
import { keyFiles, openRootKey, rootKeyPath } from '../checkpoints/key-files.ts';
import { createExportReader } from '../store/sqlite/readers/exports.ts';
import { createKeyReader } from '../store/sqlite/readers/keys.ts';
import type { Finding } from './doctor.ts';
import type { LogFolder } from './log-folder.ts';
import { counted } from './text.ts';

const RESTORED = 'see docs/how-to/a-restored-backup.md';

/** The head that was signed last, where the configuration keeps it, against the log in the database. */
export async function examineHead({ log, kept }: LogFolder, headFile: string): Promise<Finding> {
  const what = 'kept head';
  const wrong = (message: string): Finding => ({ what, state: 'wrong', message });
  const newest = await log.latestCheckpoint();
  if (kept === null) {
    if (newest === null) return { what, state: 'absent', message: 'nothing was signed yet' };
    return wrong(
      `\`${headFile}\` is not there, and the log signed ${counted(newest.size, 'entry', 'entries')}: mount its disk, set \`log.head.file\`, or ${RESTORED}`,
    );
  }
  const head = parseCheckpoint(kept);
  if (!head.ok) return wrong(`\`${headFile}\` holds no whole checkpoint: ${RESTORED}`);
  const { origin, size } = await log.head();
  if (head.value.origin !== origin)
    return wrong(`\`${headFile}\` is of the log \`${head.value.origin}\`: give each log a file of its own`);
  if (head.value.size > size)
    return wrong(
      `\`${headFile}\` covers ${head.value.size} entries, and the log has ${size}: it was put back from an older copy; ${RESTORED}`,
    );
  if (newest?.size === head.value.size && newest.root !== toDigest(head.value.root))
    return wrong(`\`${headFile}\` covers ${size} other entries than the log has: ${RESTORED}`);
  return {
    what,
    state: 'fine',
    message: `${head.value.size} of ${counted(size, 'entry', 'entries')}, in ${headFile}`,
  };
}

/** Which keys speak for the log, whether they are here, and whether the log's own entries tell of others. */
export async function examineManifest(folder: LogFolder, dataDir: string): Promise<Finding> {
  const what = 'key manifest';
  const wrong = (message: string): Finding => ({ what, state: 'wrong', message });
  const { keyManifest: manifest } = folder;
  const record = await createKeyReader(folder.db).manifest();
  if (record === null)
    return { what, state: 'absent', message: 'not signed yet: the first start of the gateway does' };
  if (manifest === null)
    return wrong('what is stored is no key manifest: put the database back from a backup');
  const { origin } = await folder.log.head();
  if (manifest.origin !== origin) return wrong(`it is of the log \`${manifest.origin}\``);
  for (const role of ['checkpoint', 'receipt'] as const) {
    const current = currentKey(manifest, role);
    const files = await keyFiles(dataDir, role, origin);
    if (!files.ok) return wrong(files.error);
    if (current === null)
      return wrong(`no ${role} key speaks for the log: \`countersign keys rotate --role ${role}\``);
    if (files.value.every(({ signer }) => signer.vkey !== current.vkey))
      return wrong(
        `the ${role} key \`${current.vkey}\` is not in \`${dataDir}/keys\`: put it back, or take its place with \`countersign keys revoke\``,
      );
  }
  const unknown = await firstUnknown(folder, manifest);
  if (unknown !== null)
    return wrong(
      `entry ${unknown} tells of a change of keys that manifest ${manifest.serial} does not know: an older one was put back; get the newest from a backup`,
    );
  const path = rootKeyPath(dataDir);
  const serial = `serial ${manifest.serial}, ${counted(manifest.keys.length, 'key')}`;
  if (!existsSync(path)) return { what, state: 'fine', message: `${serial}; the root key is kept elsewhere` };
  const root = await openRootKey(path, origin, false);
  if (!root.ok) return wrong(root.error);
  const opened = await openKeyManifest(record.note, root.value.signer.vkey);
  if (!opened.ok)
    return wrong(`the root key did not sign it (${opened.error.message}): auditors will refuse it`);
  return {
    what,
    state: 'fine',
    message: `${serial}; take the root key \`${manifestKeyName(origin)}\` out of \`${path}\`: whoever has it can name other keys`,
  };
}

/** The first entry about keys that the manifest does not know of. */
async function firstUnknown({ log, db }: LogFolder, manifest: KeyManifest): Promise<number | null> {
  const { size } = await log.head();
  for await (const index of createExportReader(db).ofKinds(['key.rotated', 'key.revoked'], 0, size)) {
    const stored = await log.entry(index);
    const entry = stored === null ? null : parseEntry(stored.header);
    if (entry?.ok === true && isKeyEntry(entry.value) && !knowsOf(manifest, entry.value)) return index;
  }
  return null;
}
