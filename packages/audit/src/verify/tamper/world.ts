// Who there is: a log with its keys, witnesses that are not its own, and somebody who has other keys of the same names. The
// keys are made once; histories come and go. For tests only.

import { signCheckpoint } from '../../checkpoint.ts';
import { cosign } from '../../cosignature/cosignature.ts';
import { type Cosigner, generateCosignerKey, importCosigner } from '../../cosignature/key.ts';
import {
  type KeyManifest,
  type ManifestKey,
  manifestKeyName,
  openKeyManifest,
  signKeyManifest,
} from '../../keys/manifest.ts';
import { appendLeaf, EMPTY_RANGE, rangeRoot } from '../../merkle.ts';
import { parseNote } from '../../note.ts';
import type { NoteSigner } from '../../note-key.ts';
import { receiptKeyName } from '../../receipt/receipt.ts';
import type { Result } from '../../result.ts';
import { newSigner } from '../../testing/bundle-builder.ts';
import { ORIGIN } from '../../testing/log-builder.ts';
import { parseTrust } from '../../trust/parse.ts';
import type { StoredEntry } from '../types.ts';

export const log = await newSigner();
export const receipts = await newSigner(receiptKeyName(ORIGIN));
export const root = await newSigner(manifestKeyName(ORIGIN));
/** Of the log's name, and not its key. */
export const stranger = await newSigner();
/** Of the log's name, and handed its power by whoever holds the root key. */
export const successor = await newSigner();

const [one, two, three] = await witnesses();
/** Of the witnesses' names, and not their keys. */
export const impostors = await witnesses();

const POLICY = `log ${log.vkey}
witness one ${one.vkey}
witness two ${two.vkey}
witness three ${three.vkey}
group most 2 one two three
quorum most
`;

/** What the auditor decided to believe before looking. */
export const trust = valueOf(await parseTrust(POLICY));

/** Two of three, which are enough. */
export const quorum: readonly Cosigner[] = [three, one];

export async function manifestOf(keys: readonly ManifestKey[], serial = 1): Promise<KeyManifest> {
  const note = await signKeyManifest({ origin: ORIGIN, serial, keys }, root);
  return valueOf(await openKeyManifest(note, root.vkey));
}

/** What a log says of its first `size` entries, by any keys. */
export async function checkpointOf(
  entries: readonly StoredEntry[],
  size: number,
  signer: NoteSigner,
  cosigners: readonly Cosigner[] = [],
): Promise<string> {
  const range = entries.slice(0, size).reduce((grown, { leaf }) => appendLeaf(grown, leaf), EMPTY_RANGE);
  const note = await signCheckpoint({ origin: ORIGIN, size, root: rangeRoot(range) }, signer);
  const { text } = valueOf(parseNote(note));
  const lines = await Promise.all(cosigners.map(async (cosigner) => cosign(text, size, cosigner)));
  return note + lines.join('');
}

async function witnesses(): Promise<readonly [Cosigner, Cosigner, Cosigner]> {
  const named = async (name: string): Promise<Cosigner> =>
    valueOf(await importCosigner((await generateCosignerKey(`${name}.example.org`)).skey));
  return [await named('one'), await named('two'), await named('three')];
}

export function valueOf<T>(result: Result<T>): T {
  if (!result.ok) throw new TypeError(result.error.message);
  return result.value;
}
