// The log's own name: from the config, or made once and kept beside the log, so that a restart continues the same log.
import { randomBytes } from 'node:crypto';
import { readFile, writeFile } from 'node:fs/promises';
import { hostname } from 'node:os';
import { join } from 'node:path';

export async function logOrigin(dataDir: string, configured: string | null): Promise<string> {
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
