import {
  cosign,
  generateCosignerKey,
  generateNoteKey,
  importCosignatureVerifier,
  importCosigner,
  importNoteSigner,
  importNoteVerifier,
  signCheckpoint,
  withSignatures,
} from '@countersign/audit';
import { expect, test } from 'vitest';
import { countedTrust, quorumOf } from './quorum.ts';

const ORIGIN = 'test.example/log';

function valueOf<T>(result: { readonly ok: true; readonly value: T } | { readonly ok: false }): T {
  if (!result.ok) throw new Error('a key of the test cannot be used');
  return result.value;
}

// Nothing that a witness may be called is taken for the group of all: a foreign key keeps its name.
test.each(['quorum', 'witness.example/one'])(
  'a witness called %s counts once, as one of two',
  async (name) => {
    const keys = [await generateCosignerKey(name), await generateCosignerKey('witness.example/two')];
    const witnesses = [];
    for (const { vkey } of keys) {
      const verifier = valueOf(await importCosignatureVerifier(vkey));
      witnesses.push({ name: verifier.name, verifier, url: null });
    }
    const log = await generateNoteKey(ORIGIN);
    const signer = valueOf(await importNoteSigner(log.skey));
    const quorum = quorumOf(countedTrust(witnesses, 2), [valueOf(await importNoteVerifier(log.vkey))]);
    let note = await signCheckpoint({ origin: ORIGIN, size: 3, root: new Uint8Array(32) }, signer);
    const met = [await quorum.isMet(note)];
    const text = note.slice(0, note.lastIndexOf('\n\n') + 1);
    for (const { skey } of keys) {
      note = valueOf(withSignatures(note, await cosign(text, 9, valueOf(await importCosigner(skey)))));
      met.push(await quorum.isMet(note));
    }
    expect(met).toEqual([false, false, true]);
  },
);
