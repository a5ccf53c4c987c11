// Loaded into the command that is timed, before anything else of it: says at its end what it took, on file descriptor 3.
// WHY from `/proc`: the peak that the system keeps of a process that was started by another begins with that other's.
import { readFileSync, writeSync } from 'node:fs';
import { isMainThread } from 'node:worker_threads';

const OUT = 3;

/** Kilobytes: the most that was resident at any time. */
function peak(): number {
  try {
    const kilobytes = /^VmHWM:\s+(\d+) kB$/m.exec(readFileSync('/proc/self/status', 'utf8'))?.[1];
    if (kilobytes !== undefined) return Number(kilobytes);
  } catch {
    // No Linux: then by what the process says of itself.
  }
  return process.resourceUsage().maxRSS;
}

if (isMainThread) {
  process.on('exit', () => {
    const { userCPUTime, systemCPUTime } = process.resourceUsage();
    const cpuSeconds = (userCPUTime + systemCPUTime) / 1e6;
    writeSync(OUT, JSON.stringify({ megabytes: Math.round(peak() / 1024), cpuSeconds }));
  });
}
