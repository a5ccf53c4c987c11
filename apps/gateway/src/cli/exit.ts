// How a command ends: 0 fine, 1 the answer is no, 2 it could not run (DESIGN section 11); and the one rule by which what
// the gateway refuses becomes one of the two.

export type ExitCode = 0 | 1 | 2;

interface ErrorFacts extends ErrorOptions {
  /** What went wrong as one word, for scripts: shown with `--json`. */
  readonly code?: string;
}

/** Ends the command with a message on stderr. Anything else that is thrown is a bug and shown with its stack. */
export class CommandError extends Error {
  readonly exitCode: 1 | 2;
  readonly code: string;

  constructor(exitCode: 1 | 2, message: string, facts: ErrorFacts = {}) {
    super(message, facts);
    this.exitCode = exitCode;
    this.code = facts.code ?? (exitCode === 1 ? 'refused' : 'failed');
  }
}

/** A command line that cannot be understood. */
export const usageError = (message: string): CommandError => new CommandError(2, message, { code: 'usage' });

/** What the gateway answers of what it was asked, having understood it, to somebody who may ask. */
const ANSWERS: ReadonlySet<string> = new Set([
  'not_found',
  // This person may not decide this; a token that lacks the role for the question at all is `forbidden`.
  'not_a_reviewer',
  'not_an_author',
  // What was proposed would not be taken.
  'invalid',
  'invalid_manifest',
  'invalid_policies',
  'not_exported',
  'not_replayed',
]);

/**
 * Bad input, a missing role and a gateway that is busy or broken are 2; that something is not there, not allowed or not
 * in the state for it is an answer, and 1.
 *
 * @param code of the admin API; null where the answer has none.
 */
export function exitCodeOf(status: number, code: string | null): 1 | 2 {
  if (code === null || code === 'busy') return 2;
  return status === 409 || ANSWERS.has(code) ? 1 : 2;
}

/** Errors of the machine that have to do with what was named, in words. */
const MACHINE: ReadonlyMap<string, string> = new Map([
  ['ENOENT', 'is not there'],
  ['EACCES', 'may not be read or written by this user'],
  ['EPERM', 'may not be changed by this user'],
  ['EISDIR', 'is a folder: name a file'],
  ['ENOTDIR', 'leads through a file as if it were a folder'],
  ['EEXIST', 'is there already'],
  ['ENOSPC', 'cannot be written: the disk is full'],
  ['EROFS', 'cannot be written: the disk is read-only'],
  ['ENAMETOOLONG', 'is a longer name than this machine takes'],
  ['EMFILE', 'cannot be opened: too many files are open'],
]);

/** What SQLite says of the file or the disk, by the beginning of its code. */
const DATABASE: ReadonlyMap<string, string> = new Map([
  ['SQLITE_CORRUPT', 'is damaged: `countersign log fsck` says where; put back its newest copy'],
  ['SQLITE_NOTADB', 'is damaged: `countersign log fsck` says where; put back its newest copy'],
  ['SQLITE_IOERR', 'cannot be read or written to its end: look at its disk'],
  ['SQLITE_FULL', 'cannot be written: the disk is full'],
  ['SQLITE_READONLY', 'may not be written by this user'],
  ['SQLITE_CANTOPEN', 'cannot be opened by this user'],
  ['SQLITE_BUSY', 'is in use by another process: stop it, or try again'],
]);

/** An error of the file system or the database file as the end of a command; null for anything else, which is a bug. */
export function machineError(error: unknown): CommandError | null {
  if (!(error instanceof Error) || !('code' in error) || typeof error.code !== 'string') return null;
  const code = error.code.toLowerCase();
  const trouble = DATABASE.get(error.code.split('_').slice(0, 2).join('_'));
  if (trouble !== undefined)
    return new CommandError(2, `the database ${trouble} (${error.message})`, { cause: error, code });
  const path = 'path' in error && typeof error.path === 'string' ? error.path : null;
  const isFolderWanted = error.code === 'EEXIST' && 'syscall' in error && error.syscall === 'mkdir';
  const why = isFolderWanted ? 'is a file: name a folder' : MACHINE.get(error.code);
  if (why === undefined) return null;
  // Of a folder that was read as a file the machine does not say which.
  return new CommandError(2, `${path === null ? 'something that was named' : `\`${path}\``} ${why}`, {
    cause: error,
    code,
  });
}
