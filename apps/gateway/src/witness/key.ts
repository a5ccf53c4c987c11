// The key of a witness, in its own folder beside what it remembers. A key without that memory must never sign again: it
// would cosign a rewritten log as if it had never seen another.
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { type Cosigner, generateCosignerKey, importCosigner } from '@countersign/audit';
import { ok, type Result } from '../errors.ts';
import { keyFolder, openSecretFile } from '../identity/secret-file.ts';
import { hasState, openWitnessState, statePath } from './state.ts';

/** As long as the names that configurations and trust policies take. */
const MAX_NAME = 255;

/** The cosigner at `<data>/keys/witness.key`, made at the first start under `name`. The error says how to fix it. */
export async function openWitnessKey(
  dataDir: string,
  name: string | null,
): Promise<Result<Cosigner, string>> {
  const path = join(keyFolder(dataDir), 'witness.key');
  // A key that is there keeps the name that others know it by, whatever it is.
  const problem = name === null || existsSync(path) ? null : nameProblem(name);
  if (problem !== null) return { ok: false, error: problem };
  const hadState = hasState(dataDir);
  let isNameless = false;
  const file = await openSecretFile(path, async () => {
    if (name === null) {
      isNameless = true;
      throw new TypeError('a key needs a name');
    }
    const { skey } = await generateCosignerKey(name);
    // The memory first: a crash in between leaves a memory without a key, which is harmless.
    openWitnessState(dataDir).close();
    return skey;
  });
  if (isNameless)
    return {
      ok: false,
      error: 'there is no witness key yet: give it a name with `--name witness.example/one`',
    };
  if (!file.ok) return file;
  if (!file.value.isNew && !hadState) {
    return {
      ok: false,
      error: `the witness has a key but no memory of what it cosigned (\`${statePath(dataDir)}\` is gone): put it back, or start a new witness in a new folder`,
    };
  }
  const cosigner = await importCosigner(file.value.text.trim());
  if (!cosigner.ok)
    return { ok: false, error: `the key file \`${path}\` holds no key of a witness: put back the original` };
  if (name !== null && cosigner.value.name !== name) {
    return {
      ok: false,
      error: `the witness in this folder is \`${cosigner.value.name}\`, not \`${name}\`: leave out \`--name\`, or start another witness in another folder`,
    };
  }
  return ok(cosigner.value);
}

/**
 * Why a new witness must not be called so; null where it may. A key name must have neither white space nor a plus sign, and
 * should be a URL without its scheme, which nobody else has (C2SP signed-note, "Format" and "Signatures").
 */
function nameProblem(name: string): string | null {
  const how = 'give a name of your own domain, such as `witness.example/one`';
  if (name === '') return `the name of a witness must not be empty: ${how}`;
  if (name.length > MAX_NAME) return `the name of a witness has at most ${MAX_NAME} characters: ${how}`;
  if (/[\s+\p{C}]/u.test(name))
    return `\`${name}\` is no name of a witness, which has no white space and no plus sign: ${how}`;
  if (name.includes('://'))
    return `\`${name}\` has a scheme: leave out what stands before \`${name.split('://')[1]}\``;
  const url = URL.parse(`https://${name}`);
  const isUrl = url !== null && `${url.host}${url.pathname}`.replace(/\/$/, '') === name;
  return isUrl && /[^.]\.[^.]/.test(url.hostname)
    ? null
    : `\`${name}\` is a name that others may have as well, or no URL without its scheme: ${how}`;
}
