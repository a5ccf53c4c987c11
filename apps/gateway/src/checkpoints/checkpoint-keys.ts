// Which keys sign, and which are believed, at each size of the log. A signer may be a secret in a file, another process
// or a key service: nothing here holds or sees a secret.
import { importNoteVerifier, type NoteSigner, type NoteVerifier } from '@countersign/audit';
import { StoreError } from '../store/store-error.ts';

export interface CheckpointKeys {
  /** The keys whose signature makes a checkpoint of `size` entries the log's word. */
  verifiersAt(size: number): readonly NoteVerifier[];
  /** Who signs a checkpoint of `size` entries now: first one of `verifiersAt`, then keys on their way out. */
  signersAt(size: number): readonly NoteSigner[];
}

/** A log that has had one key from its beginning. Throws a StoreError for a key of another log. */
export async function onlyKey(origin: string, signer: NoteSigner): Promise<CheckpointKeys> {
  const verifier = await verifierOf(origin, signer.vkey);
  return { verifiersAt: () => [verifier], signersAt: () => [signer] };
}

/** The verifier of a checkpoint key, which is named after its log. Throws a StoreError. */
export async function verifierOf(origin: string, vkey: string): Promise<NoteVerifier> {
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
