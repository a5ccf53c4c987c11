// Where an export is written: a new file, which gets its name only once it is whole, or standard output.
import { open, rename, rm } from 'node:fs/promises';
import { existsSync } from 'node:fs';
import { resolve } from 'node:path';
import { CommandError } from './exit.ts';
import type { Terminal } from './terminal.ts';

export interface Sink {
  write(piece: Uint8Array): Promise<void>;
  /** It is whole. */
  keep(): Promise<void>;
  discard(): Promise<void>;
}

export async function openSink(out: string, terminal: Terminal): Promise<Sink> {
  return out === '-' ? standardOutput(terminal) : fileSink(resolve(terminal.cwd, out), out);
}

async function fileSink(path: string, shown: string): Promise<Sink> {
  if (existsSync(path))
    throw new CommandError(2, `\`${shown}\` is there already: name another file with \`--out\``);
  const part = `${path}.part`;
  const file = await open(part, 'w', 0o600).catch((error: unknown) => {
    const code = (error as NodeJS.ErrnoException).code ?? 'unknown error';
    throw new CommandError(
      2,
      `\`${shown}\` cannot be written (${code}): name a file in a folder that is there and yours`,
      {
        cause: error,
      },
    );
  });
  return {
    write: async (piece) => void (await file.write(piece)),
    keep: async () => {
      await file.sync();
      await file.close();
      await rename(part, path);
    },
    discard: async () => {
      await file.close();
      await rm(part, { force: true });
    },
  };
}

/** Line by line, as a terminal takes it. */
function standardOutput(terminal: Terminal): Sink {
  const decoder = new TextDecoder();
  let rest = '';
  return {
    write: async (piece) => {
      const lines = (rest + decoder.decode(piece, { stream: true })).split('\n');
      rest = lines.pop() ?? '';
      for (const line of lines) terminal.out(line);
    },
    keep: async () => {
      if (rest !== '') terminal.out(rest);
    },
    discard: async () => undefined,
  };
}
