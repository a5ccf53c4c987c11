// Where a command writes and what it may know of its surroundings, as a value: tests run commands in-process with one
// of their own.
import { createInterface } from 'node:readline/promises';

export interface Terminal {
  /** Results. One line each; a line break is added. */
  out(line: string): void;
  /** Everything else: progress, hints, errors. */
  err(line: string): void;
  /** Replaces the current line of stderr; only where `isInteractive`. */
  progress(line: string): void;
  /** Whether results go to a person: colour and progress only then. */
  readonly isInteractive: boolean;
  /** Asks the person at the terminal; absent where there is none. */
  readonly ask?: (question: string) => Promise<string>;
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly cwd: string;
}

async function ask(question: string): Promise<string> {
  const lines = createInterface({ input: process.stdin, output: process.stderr });
  try {
    return await lines.question(question);
  } finally {
    lines.close();
  }
}

export function processTerminal(): Terminal {
  const isInteractive = process.stdout.isTTY && process.stderr.isTTY;
  // A reader that went away (`| head`) is the end of the work, not a fault.
  process.stdout.on('error', (error: NodeJS.ErrnoException) => {
    if (error.code === 'EPIPE') process.exit(0);
    throw error;
  });
  return {
    out: (line) => void process.stdout.write(`${line}\n`),
    err: (line) => void process.stderr.write(`${line}\n`),
    progress: (line) => void process.stderr.write(`\r\u{1b}[2K${line}`),
    isInteractive,
    ...(isInteractive && process.stdin.isTTY ? { ask } : {}),
    env: process.env,
    cwd: process.cwd(),
  };
}
