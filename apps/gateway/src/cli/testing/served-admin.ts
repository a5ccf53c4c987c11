// The admin plane on a real port, announced in its data folder as a gateway announces itself.
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { type AdminUnderTest, startAdmin } from '../../admin/testing/admin-under-test.ts';
import { listen } from '../../listen.ts';
import { type Ran, runCommand } from './command-line.ts';

export interface ServedAdmin extends AdminUnderTest {
  readonly url: string;
  /** Runs a command against it, found by its data folder. */
  cli(line: string | readonly string[], env?: Readonly<Record<string, string>>): Promise<Ran>;
}

export async function serveAdmin(...options: Parameters<typeof startAdmin>): Promise<ServedAdmin> {
  const admin = await startAdmin(...options);
  const listener = await listen(admin.app.fetch, { host: '127.0.0.1', port: 0, headerBytes: 16_384 });
  const url = `http://127.0.0.1:${listener.port}`;
  await writeFile(join(admin.dataDir, 'endpoint.json'), JSON.stringify({ data: url, admin: url }));
  return {
    ...admin,
    url,
    cli: (line, env = {}) =>
      runCommand(line, { env: { COUNTERSIGN_DATA: admin.dataDir, ...env }, cwd: admin.dataDir }),
    async close() {
      await listener.close(0);
      await admin.close();
    },
  };
}
