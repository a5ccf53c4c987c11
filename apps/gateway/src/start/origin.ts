// The log's own name: from the config, or made once and kept beside the log, so that a restart continues the same log.
import { randomBytes } from 'node:crypto';
import { readFile, writeFile } from 'node:fs/promises';
import { existsSync } from 'node:fs';
import { hostname } from 'node:os';
import { join } from 'node:path';
import { journalPath } from '../continuation/journal.ts';
import { StartError } from './problem.ts';

/** Throws a StartError while the log is on its way to another name. */
export async function logOrigin(dataDir: string, configured: string | null): Promise<string> {
  if (existsSync(journalPath(dataDir))) {
    throw new StartError(
      `\`countersign log continue\` was begun on \`${dataDir}\` and is not through: run it again, it goes on where it ended`,
    );
  }
  if (configured !== null) return configured;
  const file = join(dataDir, 'origin');
  try {
    return (await readFile(file, 'utf8')).trim();
  } catch {
    const host =
      hostname()
        .toLowerCase()
        .replaceAll(/[^a-z0-9.-]/g, '-') || 'localhost';
    const origin = `${host}/countersign/${randomBytes(4).toString('hex')}`;
    await writeFile(file, `${origin}\n`, { mode: 0o644 });
    return origin;
  }
}
