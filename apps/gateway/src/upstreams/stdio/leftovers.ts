// Processes that a gateway started and could not end, since it was killed itself: noted in the data folder while they run, and ended
// by the next gateway on that folder. A process is known by its id, by when it started and by the boot of its machine, so that
// nobody else's is ever taken for one. Only where the system says when a process started (Linux).
import { mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

export interface Leftovers {
  /** Notes a process that was just started. Returns how to take the note away, once it has ended. */
  note(pid: number): () => void;
}

/** Nothing is noted. */
export const NO_LEFTOVERS: Leftovers = { note: () => () => undefined };

/** Ends what an earlier gateway left behind, and notes from now on. @param folder of one gateway at a time. */
export function openLeftovers(folder: string, tell: (message: string) => void): Leftovers {
  const boot = bootId();
  if (boot === null) return NO_LEFTOVERS;
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  for (const name of readdirSync(folder)) {
    const pid = Number(name);
    if (Number.isSafeInteger(pid) && pid > 1 && isSame(join(folder, name), pid, boot)) {
      tell(`process ${pid} of a server was left behind by a gateway that was killed: it is ended`);
      endGroupOf(pid);
    }
    rmSync(join(folder, name), { force: true, recursive: true });
  }
  return {
    note(pid) {
      const started = startOf(pid);
      const file = join(folder, String(pid));
      // It ended already.
      if (started === null) return () => undefined;
      try {
        writeFileSync(file, `${boot} ${started}\n`, { mode: 0o600 });
      } catch (error) {
        tell(`process ${pid} of a server could not be noted: ${String(error)}`);
      }
      return () => rmSync(file, { force: true });
    },
  };
}

function isSame(file: string, pid: number, boot: string): boolean {
  try {
    return readFileSync(file, 'utf8') === `${boot} ${startOf(pid)}\n`;
  } catch {
    return false;
  }
}

/** It is the leader of a group of its own: what it started ends with it. */
function endGroupOf(pid: number): void {
  try {
    process.kill(-pid, 'SIGKILL');
  } catch {
    // It ended meanwhile.
  }
}

function bootId(): string | null {
  try {
    return readFileSync('/proc/sys/kernel/random/boot_id', 'utf8').trim();
  } catch {
    return null;
  }
}

/** `starttime` of proc(5) in ticks since the boot; null where there is no such process. */
const STATE_TO_START = 19;

function startOf(pid: number): string | null {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
    // The name of the command may hold anything: what follows it begins behind its last parenthesis.
    const rest = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
    const [state] = rest;
    return state === 'Z' || state === 'X' ? null : (rest[STATE_TO_START] ?? null);
  } catch {
    return null;
  }
}
