// A log of made-up leaves that signs whatever it is told to, also what an honest log never would. For tests only.
import {
  generateNoteKey,
  importNoteSigner,
  importNoteVerifier,
  leafHash,
  nodeHash,
  type NoteVerifier,
  proveConsistency,
  rangeRoot,
  appendLeaf,
  type CompactRange,
  EMPTY_RANGE,
  signCheckpoint,
  utf8,
} from '@countersign/audit';
import { submissionBody } from '../wire.ts';

export interface TestLog {
  readonly origin: string;
  readonly vkey: string;
  readonly skey: string;
  readonly verifier: NoteVerifier;
  note(size: number): Promise<string>;
  leaf(index: number): Uint8Array;
  root(size: number): Uint8Array;
  proof(older: number, newer: number): Promise<Uint8Array[]>;
  /** What the log sends to move a witness from one size to another. */
  submission(older: number, newer: number): Promise<string>;
  /** The same log with other entries from `size` on, signed by the same key. */
  fork(size: number): TestLog;
}

export async function createTestLog(origin = 'log.example/one'): Promise<TestLog> {
  const { skey, vkey } = await generateNoteKey(origin);
  const signer = await importNoteSigner(skey);
  const verifier = await importNoteVerifier(vkey);
  if (!signer.ok || !verifier.ok) throw new Error('the new key cannot be imported');

  const make = (leafAt: (index: number) => Uint8Array): TestLog => {
    const root = (size: number): Uint8Array => {
      let range: CompactRange = EMPTY_RANGE;
      for (let at = 0; at < size; at += 1) range = appendLeaf(range, leafAt(at));
      return rangeRoot(range);
    };
    const read = ({ level, index }: { readonly level: number; readonly index: number }): Uint8Array =>
      level === 0
        ? leafAt(index)
        : nodeHash(
            read({ level: level - 1, index: index * 2 }),
            read({ level: level - 1, index: index * 2 + 1 }),
          );
    const note = (size: number): Promise<string> =>
      signCheckpoint({ origin, size, root: root(size) }, signer.value);
    const proof = (older: number, newer: number): Promise<Uint8Array[]> =>
      proveConsistency(older, newer, read);
    return {
      origin,
      vkey,
      skey,
      verifier: verifier.value,
      note,
      leaf: leafAt,
      root,
      proof,
      submission: async (older, newer) => submissionBody(older, await proof(older, newer), await note(newer)),
      fork: (size) => make((index) => (index < size ? leafAt(index) : leafHash(utf8(`fork ${index}`)))),
    };
  };
  return make((index) => leafHash(utf8(`leaf ${index}`)));
}
