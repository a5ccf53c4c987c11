// Makes one process the only writer of a kept head that lies outside the data folder, whose own lock does not reach
// there: two copies of one data folder must not both sign (DESIGN section 9).
import Database from 'better-sqlite3';
import { StoreError } from '../store/store-error.ts';

/** Holds `<path>.lock` until the returned function is called or the process dies. Throws a StoreError. */
export function lockHeadFile(path: string): () => void {
  const lock = openLock(path);
  try {
    lock.exec('BEGIN EXCLUSIVE');
  } catch (error) {
    lock.close();
    throw new StoreError(
      'in_use',
      `another process keeps the head of its log in \`${path}\`: stop it, or give each log a file of its own with \`log.head.file\``,
      { cause: error },
    );
  }
  return () => {
    lock.close();
  };
}

function openLock(path: string): Database.Database {
  try {
    return new Database(`${path}.lock`, { timeout: 0 });
  } catch (error) {
    // SECURITY: the folder is not made here. Where a disk is not mounted, a new folder would look like a log that
    // never signed anything.
    throw new StoreError(
      'unavailable',
      `the folder of \`log.head.file\` (\`${path}\`) cannot be written: mount the disk, or make the folder`,
      { cause: error },
    );
  }
}
