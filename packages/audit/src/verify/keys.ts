// Which keys speak for the log: those of the auditor's own policy where there is one, else those that were handed over.

import { importNoteVerifier, type NoteVerifier } from '../note-key.ts';
import type { AuditOptions } from './types.ts';

/** Throws a TypeError when a key is not a verifier key. */
export async function keysOf({
  trust,
  vkeys = [],
  keyManifest,
}: AuditOptions): Promise<readonly NoteVerifier[]> {
  const verifiers = trust === undefined ? [] : trust.logs.map(({ verifier }) => verifier);
  const given = trust === undefined ? vkeys : [];
  const known = new Set(verifiers.map(({ vkey }) => vkey));
  const listed = (keyManifest?.keys ?? []).map(({ vkey }) => vkey);
  for (const vkey of new Set([...given, ...listed])) {
    if (known.has(vkey)) continue;
    const imported = await importNoteVerifier(vkey);
    if (!imported.ok) throw new TypeError(`\`${vkey}\`: ${imported.error.message}`);
    verifiers.push(imported.value);
  }
  return verifiers;
}
