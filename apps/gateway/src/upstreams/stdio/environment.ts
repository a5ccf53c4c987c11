// The whole environment of a server's process: what its manifest names, and PATH. Nothing of the gateway's own comes along,
// since its environment holds its secrets.
import { readFile } from 'node:fs/promises';
import { ok, refuse, type Result } from '../../errors.ts';
import type { EnvironmentValue } from '../../registry/types.ts';

export interface Environment {
  readonly values: Readonly<Record<string, string>>;
  /** Those that came from the gateway's environment or a file. */
  readonly secrets: readonly string[];
}

type Source = Readonly<Record<string, string | undefined>>;

const HIDDEN = 'the environment of the server behind this gateway is not set up';

/** Read at every start of a process: a secret that is replaced needs no restart of the gateway. */
export async function environmentOf(
  declared: Readonly<Record<string, EnvironmentValue>>,
  own: Source = process.env,
): Promise<Result<Environment>> {
  const values: Record<string, string> = { PATH: own['PATH'] ?? '/usr/local/bin:/usr/bin:/bin' };
  const secrets: string[] = [];
  for (const [name, value] of Object.entries(declared)) {
    const read = await valueOf(name, value, own);
    if (!read.ok) return read;
    if (read.value.includes('\0'))
      return refuse('upstream_unavailable', `the variable \`${name}\` holds a NUL character`, HIDDEN);
    values[name] = read.value;
    if (typeof value !== 'string') secrets.push(read.value);
  }
  return ok({ values, secrets });
}

async function valueOf(name: string, value: EnvironmentValue, own: Source): Promise<Result<string>> {
  if (typeof value === 'string') return ok(value);
  if ('env' in value) {
    const found = own[value.env];
    if (found !== undefined) return ok(found);
    const why = `the variable \`${name}\` is to come from \`${value.env}\`, which the gateway has not: set it`;
    return refuse('upstream_unavailable', why, HIDDEN);
  }
  try {
    return ok((await readFile(value.file, 'utf8')).replace(/\r?\n$/, ''));
  } catch (error) {
    const code = (error as NodeJS.ErrnoException).code ?? 'unreadable';
    const why = `the variable \`${name}\` is to come from \`${value.file}\`, which cannot be read (${code})`;
    return refuse('upstream_unavailable', why, HIDDEN);
  }
}
