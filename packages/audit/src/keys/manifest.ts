// The key manifest: which keys speak for a log at which of its sizes, signed by a root key that may be kept offline. One
// text form only; docs/log-format.md section "Keys" has it. It replaces no trust: the root key comes from outside.

import { type Checkpoint, isOrigin } from '../checkpoint.ts';
import { NOTE_KEY, readPublicKey } from '../key-text.ts';
import { openNote, parseNote, signNote } from '../note.ts';
import { importNoteVerifier, type NoteSigner } from '../note-key.ts';
import { receiptKeyName } from '../receipt/receipt.ts';
import { fail, ok, type Result } from '../result.ts';

/** The manifest's version; its first line. */
const MANIFEST_VERSION = 'countersign/keys/1';
/** More keys than any log needs; bounds what a reader holds. */
const MAX_KEYS = 256;
const KEY_LINE = /^(checkpoint|receipt) (0|[1-9][0-9]{0,15}) (-|0|[1-9][0-9]{0,15}) (\S+)( revoked)?$/;

export type ManifestRole = 'checkpoint' | 'receipt';

export interface ManifestKey {
  readonly role: ManifestRole;
  readonly vkey: string;
  /** Speaks for the log while its size is at least `from` and, unless `to` is null, below `to`. */
  readonly from: Checkpoint['size'];
  readonly to: Checkpoint['size'] | null;
  /** What it signs of `to` entries and more proves nothing; what it signed of fewer, only as others hold it. */
  readonly revoked: boolean;
}

export interface KeyManifest {
  readonly origin: string;
  /** Counts the manifests of a log from 1: of two, the larger is the newer. */
  readonly serial: number;
  /** By role, then `from`, then key. */
  readonly keys: readonly ManifestKey[];
}

/** The name of the root key that signs a log's manifests. */
export function manifestKeyName(origin: string): string {
  return `${origin}/keys`;
}

/** The signed note of a manifest. Throws a TypeError for an impossible one, or when `root` is not this log's root key. */
export async function signKeyManifest(manifest: KeyManifest, root: NoteSigner): Promise<string> {
  if (root.name !== manifestKeyName(manifest.origin)) {
    throw new TypeError(
      `the root key \`${root.name}\` is not named \`${manifestKeyName(manifest.origin)}\`, as that of this log`,
    );
  }
  return signNote(manifestText(manifest), root);
}

/** The manifest in a note, without looking at its signatures. */
export function parseKeyManifest(note: Uint8Array | string): Result<KeyManifest> {
  const parsed = parseNote(note);
  return parsed.ok ? parseText(parsed.value.text) : parsed;
}

/** The manifest in a note, signed by the root key `rootVkey`, which must be that of the log that it is for. */
export async function openKeyManifest(
  note: Uint8Array | string,
  rootVkey: string,
): Promise<Result<KeyManifest>> {
  const root = await importNoteVerifier(rootVkey);
  if (!root.ok) return root;
  const opened = await openNote(note, [root.value]);
  if (!opened.ok) return opened;
  const manifest = parseText(opened.value.text);
  // SECURITY: the root of one log must not hand out keys of another.
  if (manifest.ok && root.value.name !== manifestKeyName(manifest.value.origin)) {
    return fail(
      'signature_missing',
      `the root key of \`${manifest.value.origin}\` did not sign this key manifest`,
    );
  }
  return manifest;
}

/** The keys of which one must have signed a checkpoint of `size` entries. */
export function checkpointKeysAt(manifest: KeyManifest, size: number): readonly ManifestKey[] {
  return keysAt(manifest, 'checkpoint', size);
}

/** The keys of which one must have signed the receipt of the entry at `index`. */
export function receiptKeysAt(manifest: KeyManifest, index: number): readonly ManifestKey[] {
  return keysAt(manifest, 'receipt', index + 1);
}

function keysAt({ keys }: KeyManifest, role: ManifestRole, size: number): readonly ManifestKey[] {
  return keys.filter((key) => key.role === role && key.from <= size && (key.to === null || size < key.to));
}

function manifestText({ origin, serial, keys }: KeyManifest): string {
  const lines = keys.map(({ role, from, to, vkey, revoked }) =>
    [role, from, to ?? '-', vkey, ...(revoked ? ['revoked'] : [])].join(' '),
  );
  const text = `${[MANIFEST_VERSION, origin, serial, ...lines].join('\n')}\n`;
  const parsed = parseText(text);
  if (!parsed.ok) throw new TypeError(parsed.error.message);
  return text;
}

/** The manifest of a note text; refuses whatever `manifestText` would not write. */
function parseText(text: string): Result<KeyManifest> {
  const [version, origin = '', serial = '', ...lines] = text.split('\n');
  if (version !== MANIFEST_VERSION) return malformed(`its first line is not \`${MANIFEST_VERSION}\``);
  if (!isOrigin(origin)) return malformed('its origin is not a name');
  if (!/^[1-9][0-9]{0,15}$/.test(serial) || !Number.isSafeInteger(Number(serial)))
    return malformed('its serial is not a number from 1 on');
  if (lines.pop() !== '') return malformed('its last line does not end with a newline');
  if (lines.length > MAX_KEYS) return malformed(`it has more than ${MAX_KEYS} keys`);
  const keys: ManifestKey[] = [];
  for (const line of lines) {
    const key = parseKeyLine(line, origin);
    if (typeof key === 'string') return malformed(key);
    const before = keys.at(-1);
    if (before !== undefined && orderOf(before, key) >= 0)
      return malformed('its keys are not in order of role, size and name');
    if (keys.some(({ vkey }) => vkey === key.vkey)) return malformed('it names a key twice');
    keys.push(key);
  }
  if (!keys.some(({ role }) => role === 'checkpoint')) return malformed('it names no checkpoint key');
  return ok({ origin, serial: Number(serial), keys });
}

function parseKeyLine(line: string, origin: string): ManifestKey | string {
  const match = KEY_LINE.exec(line);
  if (match === null) return 'a line is not `<role> <from> <to> <vkey>`';
  const [, role, first, last, vkey = '', isRevoked] = match;
  const [from, to] = [Number(first), last === '-' ? null : Number(last)];
  if (!Number.isSafeInteger(from) || (to !== null && !Number.isSafeInteger(to))) return 'a size is too large';
  if (to !== null && to <= from) return 'a key is valid at no size';
  if (isRevoked !== undefined && to === null) return 'a revoked key has no end';
  const key = readPublicKey(NOTE_KEY, vkey);
  if (key === null) return 'a key is not `name+hash+base64` of an Ed25519 key';
  const name = role === 'receipt' ? receiptKeyName(origin) : origin;
  if (key.name !== name) return `a ${role} key is named \`${key.name}\`, not \`${name}\``;
  return {
    role: role === 'receipt' ? 'receipt' : 'checkpoint',
    vkey,
    from,
    to,
    revoked: isRevoked !== undefined,
  };
}

/** Negative when `a` stands before `b`. By code unit, as every language can compare. */
export function orderOf(a: ManifestKey, b: ManifestKey): number {
  if (a.role !== b.role) return a.role < b.role ? -1 : 1;
  if (a.from !== b.from) return a.from - b.from;
  return a.vkey < b.vkey ? -1 : a.vkey > b.vkey ? 1 : 0;
}

function malformed(why: string): ReturnType<typeof fail> {
  return fail('manifest_malformed', `this is no key manifest: ${why}`);
}
