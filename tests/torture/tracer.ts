// The system calls of a process, watched or made to fail by `strace` (Linux). `--inject` answers a call with an error
// instead of making it, or kills the process at it, which no test from within the process could do honestly.
import { execFileSync } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

/** Calls by which a log gets onto a disk, and what undoes them. */
export const CALLS = [
  'openat',
  'write',
  'pwrite64',
  'fsync',
  'fdatasync',
  'ftruncate',
  'rename',
  'unlink',
] as const;
export type Call = (typeof CALLS)[number];

export type Fault = 'EIO' | 'ENOSPC' | 'KILL';

/** @throws if there is no tracer, which the set-up script installs. */
export function requireTracer(): void {
  execFileSync('strace', ['-V'], { stdio: 'ignore' });
}

/** Only calls that concern these files: a process makes thousands of others before it writes its first entry. */
const about = (paths: readonly string[]): string[] => paths.flatMap((path) => ['-P', path]);

export const filesIn = (folder: string): string[] =>
  [folder, ...readdirSync(folder, { recursive: true }).map((name) => join(folder, String(name)))].sort();

/** Command and arguments that count, in `output`, one line for each call. */
export function watching(calls: readonly Call[], paths: readonly string[], output: string): string[] {
  return ['strace', '-f', '-qq', '-o', output, '-e', `trace=${calls.join(',')}`, ...about(paths)];
}

/** Command and arguments that make the `nth` call of this kind fail, counted from 1, and note in `output` that they did. */
export function failing(
  call: Call,
  fault: Fault,
  nth: number,
  paths: readonly string[],
  output: string,
): string[] {
  const how = fault === 'KILL' ? 'signal=KILL' : `error=${fault}`;
  const what = ['-e', `trace=${call}`, '-e', `inject=${call}:${how}:when=${nth}`];
  return ['strace', '-f', '-qq', '-o', output, ...what, ...about(paths)];
}

/** Whether a run got as far as the call that was to fail: no two runs make the same number of calls. */
export function hasFailed(output: string): boolean {
  return /INJECTED|killed by SIGKILL/.test(readFileSync(output, 'utf8'));
}
