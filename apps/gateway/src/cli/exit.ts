// How a command ends: 0 fine, 1 the answer is no, 2 it could not run (DESIGN section 11).

export type ExitCode = 0 | 1 | 2;

/** Ends the command with a message on stderr. Anything else that is thrown is a bug and shown with its stack. */
export class CommandError extends Error {
  readonly exitCode: 1 | 2;

  constructor(exitCode: 1 | 2, message: string, options?: ErrorOptions) {
    super(message, options);
    this.exitCode = exitCode;
  }
}

/** A command line that cannot be understood. */
export const usageError = (message: string): CommandError => new CommandError(2, message);
