// The child's half of the process contract: one JSON ready line on stdout, and never outliving the parent.
// Loaded by every example process and, as a preload (`--import`), into programs that are not ours.
import { isMainThread } from 'node:worker_threads';

/** Prints the one ready line that `startProcess` waits for. Facts must include the address others call. */
export function announceReady(facts: Readonly<Record<string, unknown>> & { readonly url: string }): void {
  process.stdout.write(`${JSON.stringify({ ready: true, ...facts })}\n`);
}

/**
 * Ends this process with SIGTERM as soon as its standard input closes: the pipe closes however the parent
 * dies, also by SIGKILL, so an interrupted test run leaves nothing listening.
 */
export function dieWithParent(): void {
  if (!isMainThread) return;
  let isLeaving = false;
  const leave = (): void => {
    // Several of the events below come at once, and a second signal means "at once" to some programs.
    if (isLeaving) return;
    isLeaving = true;
    process.kill(process.pid, 'SIGTERM');
  };
  process.stdin.once('end', leave);
  process.stdin.once('close', leave);
  process.stdin.once('error', leave);
  process.stdin.resume();
  (process.stdin as { unref?: () => void }).unref?.();
}
