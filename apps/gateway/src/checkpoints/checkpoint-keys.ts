// Which keys sign at each size of the log. A signer may be a secret in a file, another process or a key service: all that
// is asked of it is to sign, and nothing here holds or sees a secret.
import {
  checkpointKeysAt,
  importNoteVerifier,
  type KeyManifest,
  type NoteSigner,
  type NoteVerifier,
} from '@countersign/audit';
import { StoreError } from '../store/store-error.ts';

export interface CheckpointKeys {
  /** Every key that ever signed for this log: what its own store holds may be by any of them. */
  readonly verifiers: readonly NoteVerifier[];
  /**
   * Who signs a checkpoint of `size` entries now: first the key that speaks at this size, then one on its way out, for
   * those who do not know the new one yet. Throws a StoreError `key_unavailable` where the first is not here.
   */
  signersAt(size: number): readonly NoteSigner[];
}

/** A log that has had one key from its beginning. Throws a StoreError for a key of another log. */
export async function onlyKey(origin: string, signer: NoteSigner): Promise<CheckpointKeys> {
  return { verifiers: [await verifierOf(origin, signer.vkey)], signersAt: () => [signer] };
}

/** The keys of a manifest, as far as they are here. `isOverlap` says whether an ended key still signs as well. */
export async function listedKeys(
  manifest: KeyManifest,
  signers: readonly NoteSigner[],
  isOverlap: () => boolean,
): Promise<CheckpointKeys> {
  const listed = manifest.keys.filter(({ role }) => role === 'checkpoint');
  const here = new Map(signers.map((signer) => [signer.vkey, signer]));
  return {
    verifiers: await Promise.all(listed.map(({ vkey }) => verifierOf(manifest.origin, vkey))),
    signersAt(size) {
      const speaking = checkpointKeysAt(manifest, size);
      const [first] = speaking.flatMap(({ vkey }) => here.get(vkey) ?? []);
      if (first === undefined) throw noKey(speaking[0]?.vkey ?? null, size);
      if (!isOverlap()) return [first];
      const leaving = listed
        .filter(({ to, revoked }) => to !== null && to <= size && !revoked)
        .flatMap(({ vkey }) => here.get(vkey) ?? []);
      return [first, ...leaving.slice(-1)];
    },
  };
}

function noKey(vkey: string | null, size: number): StoreError {
  const what =
    vkey === null
      ? `no key speaks for the log at ${size} entries: give it one with \`countersign keys rotate\``
      : `the checkpoint key \`${vkey}\`, which signs at ${size} entries, is not in the folder \`keys\`: put it back, or take its place with \`countersign keys revoke\``;
  return new StoreError('key_unavailable', what);
}

/** The verifier of a checkpoint key, which is named after its log. Throws a StoreError. */
async function verifierOf(origin: string, vkey: string): Promise<NoteVerifier> {
  const verifier = await importNoteVerifier(vkey);
  if (!verifier.ok) throw new StoreError('wrong_origin', verifier.error.message);
  if (verifier.value.name !== origin) {
    throw new StoreError(
      'wrong_origin',
      `the checkpoint key is named \`${verifier.value.name}\`, the log \`${origin}\``,
    );
  }
  return verifier.value;
}
