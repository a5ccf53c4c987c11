// A disk without room, for one process: the kernel refuses it every write beyond a size (RLIMIT_FSIZE), as it would when
// the disk is full, and takes that back again. Needs no privileges.
import { execFile } from 'node:child_process';
import { promisify } from 'node:util';

const run = promisify(execFile);

/** No file of the process can be written beyond this: less than any log has, more than the spill file needs. */
const BYTES = 32 * 1024;

export interface FullDisk {
  /** There is room again. */
  free(): Promise<void>;
}

export async function fillDisk(pid: number): Promise<FullDisk> {
  await run('prlimit', [`--pid=${pid}`, `--fsize=${BYTES}:`]);
  return {
    async free() {
      await run('prlimit', [`--pid=${pid}`, '--fsize=unlimited:']);
    },
  };
}
