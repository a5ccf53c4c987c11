// The key manifest as a table: which key speaks for the log, as what, for which of its sizes. Nothing is verified here: who
// holds the root key's public half from elsewhere can.
import { type ManifestKey, parseKeyManifest, parseNote, toHex } from '@countersign/audit';

export type KeyState = 'used' | 'ended' | 'revoked';

export interface LogKey {
  readonly role: ManifestKey['role'];
  readonly vkey: string;
  /** Eight hex digits, as signatures name it. */
  readonly id: string;
  /** Sizes of the log for which it speaks; null: up to now. */
  readonly from: number;
  readonly to: number | null;
  readonly state: KeyState;
}

export interface LogKeys {
  readonly origin: string;
  readonly serial: number;
  /** Those in use first, then the newest first. */
  readonly keys: readonly LogKey[];
  /** Names of the keys that signed the manifest, with their ids. */
  readonly signedBy: readonly { readonly name: string; readonly id: string }[];
  readonly note: string;
}

/** Errors: throws for what is no key manifest. */
export function readKeys(note: string): LogKeys {
  const [parsed, manifest] = [parseNote(note), parseKeyManifest(note)];
  if (!parsed.ok) throw new Error(parsed.error.message);
  if (!manifest.ok) throw new Error(manifest.error.message);
  const { origin, serial, keys } = manifest.value;
  return {
    origin,
    serial,
    keys: keys.map(keyOf).toSorted((a, b) => order(a) - order(b) || b.from - a.from),
    signedBy: parsed.value.signatures.map(({ name, keyHash }) => ({ name, id: toHex(keyHash) })),
    note,
  };
}

const order = ({ state }: LogKey): number => (state === 'used' ? 0 : 1);

function keyOf({ role, vkey, from, to, revoked }: ManifestKey): LogKey {
  return {
    role,
    vkey,
    id: vkey.split('+')[1] ?? '',
    from,
    to,
    state: revoked ? 'revoked' : to === null ? 'used' : 'ended',
  };
}
