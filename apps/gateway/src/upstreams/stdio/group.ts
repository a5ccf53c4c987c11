// The processes of a server as the system knows them: a group of its own, so that what the command started ends with it. All
// that is left is killed when the gateway ends in whatever way it can still notice; else their stdin ends, and what does not heed
// that is ended by the next gateway (leftovers.ts).
import type { ChildProcess } from 'node:child_process';
import { setTimeout as delay } from 'node:timers/promises';
import type { Leftovers } from './leftovers.ts';

const groups = new Set<ChildProcess>();
let isWatching = false;

/** Whether processes get a group of their own. */
export const HAS_GROUPS = process.platform !== 'win32';

export function watchGroup(child: ChildProcess, leftovers: Leftovers): void {
  if (!isWatching) {
    isWatching = true;
    process.on('exit', () => {
      for (const each of groups) signalGroup(each, 'SIGKILL');
    });
  }
  groups.add(child);
  const forget = HAS_GROUPS && child.pid !== undefined ? leftovers.note(child.pid) : () => undefined;
  child.once('exit', () => {
    forget();
    // What it left behind must not go on without it.
    signalGroup(child, 'SIGKILL');
    groups.delete(child);
  });
}

/** First its stdin ends, as the protocol says; then it is asked, then it is made to. */
export async function endGroup(child: ChildProcess, exited: Promise<unknown>): Promise<void> {
  child.stdin?.end();
  for (const [signal, ms] of STEPS) {
    if (await isOver(exited, ms)) return;
    signalGroup(child, signal);
  }
  await exited;
}

// SPEC: MCP, lifecycle of stdio: close the input, wait, SIGTERM, wait, SIGKILL.
const STEPS = [
  ['SIGTERM', 1_000],
  ['SIGKILL', 1_500],
] as const;

async function isOver(exited: Promise<unknown>, ms: number): Promise<boolean> {
  const done = new AbortController();
  const over = exited.then(() => true);
  const waited = delay(ms, false, { signal: done.signal }).catch(() => false);
  const result = await Promise.race([over, waited]);
  done.abort();
  return result;
}

function signalGroup(child: ChildProcess, signal: NodeJS.Signals): void {
  const { pid } = child;
  if (pid === undefined) return;
  try {
    if (HAS_GROUPS) process.kill(-pid, signal);
    else child.kill(signal);
  } catch {
    // Nobody of it is left.
  }
}
