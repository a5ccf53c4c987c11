// The Inspector without its browser: a command for each call. Its user reads what it prints, and scripts read its exit code.
import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

import { type ConnectClient, type Seen, seenIn } from './user.ts';

const inspector = fileURLToPath(new URL('../../../../node_modules/.bin/mcp-inspector', import.meta.url));
const TOOL_FAILED = 5;

/** @param era arguments that choose the era, if it is not its own default. */
export const inspectorCli =
  (...era: readonly string[]): ConnectClient =>
  async ({ url, token, home }) => {
    const target = [
      ['--cli', '--server-url', url],
      ['--transport', 'http'],
      ['--header', `Authorization: Bearer ${token}`],
      ['--method', 'tools/call'],
      ['--format', 'json'],
    ].flat();
    return {
      call: (tool, args) => {
        const { promise, resolve } = Promise.withResolvers<Seen>();
        const toolArgs = Object.entries(args).map(([name, value]) => `${name}=${value}`);
        execFile(
          process.execPath,
          [inspector, ...target, ...era, '--tool-name', tool, '--tool-arg', ...toolArgs],
          { env: { ...process.env, HOME: home, MCP_CATALOG_PATH: join(home, 'catalog.json') } },
          (error, stdout, stderr) => resolve(read(error === null ? 0 : error.code, stdout, stderr)),
        );
        return promise;
      },
      close: async () => undefined,
    };
  };

function read(code: unknown, stdout: string, stderr: string): Seen {
  if (code === 0 || code === TOOL_FAILED) {
    const { result } = JSON.parse(stdout) as { readonly result?: object };
    const { how, text } = seenIn(result ?? {});
    // The exit code is what a script goes by; it says the same as the result.
    if ((code === TOOL_FAILED) === (how === 'tool error')) return { how, text };
  }
  return { how: 'exception', text: `exit ${String(code)}: ${stdout}${stderr}` };
}
