// Runs the writer of a log as a process of its own, under a tracer or not, and gathers what it acknowledged: the promises
// that whatever happened to it must not have broken.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import type { TestFolder } from '../../apps/gateway/src/store/sqlite/testing/folder.ts';

/** The program, in the repository and in any build of it. */
export const WRITER_FILE = 'apps/gateway/src/store/sqlite/writer/testing-writer-process.ts';
const WRITER = fileURLToPath(new URL(`../../${WRITER_FILE}`, import.meta.url));

export interface WriterRun {
  /** Index and leaf hash of each entry that was acknowledged, in the order in which that was said. */
  readonly acknowledged: readonly (readonly [index: number, leaf: string])[];
  /** How often a commit was refused for want of a log that can be written. */
  readonly refused: number;
  /** Why the store died, if it did. */
  readonly died: string | null;
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
  readonly stderr: string;
}

export interface WriterOptions {
  readonly folder: TestFolder;
  /** Calls to commit, two entries each. */
  readonly calls: number;
  /** What the process runs under, such as a tracer with its arguments. */
  readonly under?: readonly string[];
  /** Another build of it. */
  readonly program?: string;
}

export async function runWriter({
  folder,
  calls,
  under = [],
  program = WRITER,
}: WriterOptions): Promise<WriterRun> {
  const { dataDir, origin, node, skey } = folder;
  const own = [process.execPath, program, dataDir, origin, node, skey, String(calls)];
  const [command, ...args] = [...under, ...own];
  const child = spawn(command ?? process.execPath, args, { stdio: ['ignore', 'pipe', 'pipe'] });
  const acknowledged: (readonly [number, string])[] = [];
  let refused = 0;
  let died: string | null = null;
  let stderr = '';
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    stderr += text;
  });
  for await (const line of createInterface({ input: child.stdout })) {
    // A kill may cut the last line.
    const match = /^(\d+) ([0-9a-f]{64})$/.exec(line);
    if (match !== null) acknowledged.push([Number(match[1]), String(match[2])]);
    if (line === 'unavailable') refused += 1;
    if (line.startsWith('died ')) died = line.slice('died '.length);
  }
  if (child.exitCode === null && child.signalCode === null) await once(child, 'exit');
  return { acknowledged, refused, died, code: child.exitCode, signal: child.signalCode, stderr };
}
