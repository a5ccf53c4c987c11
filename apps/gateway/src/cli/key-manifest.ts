// Which key manifest a reader goes by: the newest one that a root key of theirs signed. One that nobody vouches for hands out
// no keys and takes none away: whoever holds the log could have made it.
import { readFile } from 'node:fs/promises';
import { resolve } from 'node:path';
import {
  type KeyManifest,
  manifestKeyName,
  openKeyManifest,
  parseKeyManifest,
  parseNote,
} from '@countersign/audit';
import { CommandError } from './exit.ts';
import type { Terminal } from './terminal.ts';

export const MANIFEST_OPTION = {
  manifest: {
    type: 'string',
    value: 'file',
    help: 'a key manifest from elsewhere; the newest one that your root key signed counts',
  },
} as const;

/** A manifest at hand, by the name under which an error tells of it. */
export interface GivenManifest {
  readonly what: string;
  readonly note: string;
  /** Whether the reader named it: then it must be of use. */
  readonly isNamed?: true;
}

/** The file of `--manifest`, as a list. */
export async function manifestIn(
  file: string | undefined,
  { cwd }: Terminal,
): Promise<readonly GivenManifest[]> {
  if (file === undefined) return [];
  const note = await readFile(resolve(cwd, file), 'utf8').catch((error: unknown) => {
    throw new CommandError(2, `\`--manifest\` is \`${file}\`, which cannot be read: name a key manifest`, {
      cause: error,
    });
  });
  // Where it was printed, or pasted, the end of its last line may be gone.
  return [{ what: `\`${file}\``, note: note.endsWith('\n') ? note : `${note}\n`, isNamed: true }];
}

/**
 * The newest of these by a root key among `vkeys`; undefined where no key of theirs is one. Ends the command with `code` when
 * one at hand is not the root key's, or of another log.
 */
export async function newestManifest(
  given: readonly GivenManifest[],
  {
    vkeys,
    origin,
    code,
  }: { readonly vkeys: readonly string[]; readonly origin: string; readonly code: 1 | 2 },
): Promise<KeyManifest | undefined> {
  const root = rootAmong(vkeys, origin);
  if (root === undefined) {
    if (given.some(({ isNamed }) => isNamed === true))
      throw new CommandError(
        2,
        `\`--manifest\` counts only with the root key that signed it: name \`${manifestKeyName(origin)}\` in \`--trust\` or \`--key\``,
      );
    return undefined;
  }
  let newest: KeyManifest | undefined;
  for (const { what, note } of given) {
    const opened = await openKeyManifest(note, root);
    if (!opened.ok)
      throw new CommandError(code, `the key manifest ${what} cannot be trusted: ${opened.error.message}`);
    if (newest === undefined || opened.value.serial > newest.serial) newest = opened.value;
  }
  return newest;
}

/** The root key of a log among these. */
function rootAmong(vkeys: readonly string[], origin: string): string | undefined {
  return vkeys.find((vkey) => vkey.startsWith(`${manifestKeyName(origin)}+`));
}

/** What a manifest says, whoever made it; undefined where it is none of this log. */
export function unsignedManifest({ note }: GivenManifest, origin: string): KeyManifest | undefined {
  const parsed = parseNote(note).ok ? parseKeyManifest(note) : null;
  return parsed?.ok === true && parsed.value.origin === origin ? parsed.value : undefined;
}
