// Which keys a receipt is read by on the command line, and which key manifest says where they speak. They come from outside;
// what lies beside the log says only what its holder wants.
import { readFile } from 'node:fs/promises';
import { resolve } from 'node:path';
import {
  belowPin,
  importNoteVerifier,
  type NoteVerifier,
  parseReceipt,
  parseTrust,
  pinnedSerial,
} from '@countersign/audit';
import { keyFiles } from '../checkpoints/key-files.ts';
import { createKeyReader } from '../store/sqlite/readers/keys.ts';
import { CommandError } from './exit.ts';
import { type GivenManifest, newestManifest, unsignedManifest } from './key-manifest.ts';
import { openLogFolder } from './log-folder.ts';
import type { Believed } from './receipt-evidence.ts';
import { manifestInBundle } from './receipt-in-bundle.ts';
import type { Terminal } from './terminal.ts';
import { isBundle } from './verification/subject.ts';

/** What the reader gave on the command line. */
export async function believedOf(
  {
    key = [],
    trust: file,
  }: { readonly key?: readonly string[] | undefined; readonly trust?: string | undefined },
  terminal: Terminal,
): Promise<Believed> {
  const given = await Promise.all(key.map((each) => keyOf(each, terminal)));
  if (file === undefined) return { verifiers: given, trust: null };
  const trust = await parseTrust(await readGiven(file, terminal));
  if (!trust.ok) throw new CommandError(2, `\`${file}\`: ${trust.error.message}`);
  return { verifiers: [...given, ...trust.value.logs.map(({ verifier }) => verifier)], trust: trust.value };
}

/** `name+hash+key` has two plus signs at least; anything else is the name of a file that holds it. */
async function keyOf(key: string, terminal: Terminal): Promise<NoteVerifier> {
  const text = /^[^+\s]+\+[0-9a-f]{8}\+/.test(key) ? key : (await readGiven(key, terminal)).trim();
  const verifier = await importNoteVerifier(text);
  if (!verifier.ok) throw new CommandError(2, `\`--key\`: ${verifier.error.message}`);
  return verifier.value;
}

/** Keys that lie beside the log, where this folder has them and we may read them: good against others, not against it. */
export async function keysBeside(path: string, origin: string): Promise<Believed> {
  const verifiers: NoteVerifier[] = [];
  for (const role of ['checkpoint', 'receipt'] as const) {
    const files = await keyFiles(path, role, origin);
    for (const { signer } of files.ok ? files.value : []) {
      const verifier = await importNoteVerifier(signer.vkey);
      if (verifier.ok) verifiers.push(verifier.value);
    }
  }
  return { verifiers, trust: null };
}

export function originOf(note: string): string {
  const receipt = parseReceipt(note);
  return receipt.ok ? receipt.value.origin : '';
}

/** The key manifest of what a receipt is held against. */
export async function manifestsAt(path: string | null): Promise<readonly GivenManifest[]> {
  if (path === null) return [];
  if (await isBundle(path)) {
    const note = await manifestInBundle(path);
    return note === null ? [] : [{ what: 'in the bundle', note }];
  }
  const folder = await openLogFolder(path);
  try {
    const record = await createKeyReader(folder.db).manifest();
    return record === null ? [] : [{ what: 'in the log at hand', note: record.note }];
  } finally {
    folder.close();
  }
}

/** Where no key came from outside, the manifest is as good as the keys: the word of whoever holds the log. */
export async function withManifest(
  believed: Believed,
  given: readonly GivenManifest[],
  origin: string,
  isOutside: boolean,
): Promise<Believed> {
  const vkeys = believed.verifiers.map(({ vkey }) => vkey);
  const [own] = given.flatMap((one) => unsignedManifest(one, origin) ?? []);
  const manifest = isOutside ? await newestManifest(given, { vkeys, origin, code: 2 }) : own;
  const problem = belowPin(manifest, believed.trust, origin);
  if (problem !== null) throw new CommandError(2, problem);
  const listed: NoteVerifier[] = [];
  for (const { vkey } of manifest?.keys ?? []) {
    const verifier = vkeys.includes(vkey) ? null : await importNoteVerifier(vkey);
    if (verifier?.ok === true) listed.push(verifier.value);
  }
  return { ...believed, verifiers: [...believed.verifiers, ...listed], manifest };
}

/** What the reader must know of the keys by which this was told. */
export function doubtsOf(
  { manifest, trust }: Believed,
  given: readonly GivenManifest[],
  origin: string,
  isOutside: boolean,
): readonly string[] {
  if (!isOutside) return ['the keys come from the log at hand: they prove nothing against whoever holds it'];
  if (manifest === undefined) {
    const told = given.flatMap((one) => unsignedManifest(one, origin) ?? []);
    return told.some(({ keys }) => keys.some(({ revoked }) => revoked))
      ? [
          `the key manifest at hand says that a key was revoked, and was not gone by, since its root key was not given: name \`${origin}/keys\` in \`--trust\` or \`--key\``,
        ]
      : [
          'whether the key that signed it was revoked is not known: give the log’s root key, and its key manifest',
        ];
  }
  return pinnedSerial(trust, origin) === null
    ? [
        `the key manifest ${manifest.serial} could be older than the newest one, which may revoke the key: write \`manifest ${origin} <serial>\` into the trust policy`,
      ]
    : [];
}

export async function readGiven(file: string, { cwd }: Terminal): Promise<string> {
  try {
    return await readFile(resolve(cwd, file), 'utf8');
  } catch (error) {
    throw new CommandError(2, `\`${file}\` cannot be read: name a file that is there`, { cause: error });
  }
}
