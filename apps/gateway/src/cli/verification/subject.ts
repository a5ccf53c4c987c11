// What is verified: a proof bundle, or a log in a database or a data folder. Told by what a file begins with, never by its
// name.
import { existsSync, statSync } from 'node:fs';
import { open } from 'node:fs/promises';
import { CommandError } from '../exit.ts';

const BUNDLE = '{"';
const DATABASE = 'SQLite format 3\0';

export async function isBundle(path: string): Promise<boolean> {
  if (!existsSync(path))
    throw new CommandError(2, `\`${path}\` is not there: name a bundle, a database or a data folder`);
  if (statSync(path).isDirectory()) return false;
  const file = await open(path, 'r');
  try {
    const { buffer, bytesRead } = await file.read(Buffer.alloc(DATABASE.length), 0, DATABASE.length, 0);
    const begin = buffer.subarray(0, bytesRead).toString('latin1');
    if (begin.startsWith(BUNDLE)) return true;
    if (begin === DATABASE) return false;
    const what = begin === '' ? 'is empty' : 'is neither a proof bundle nor a database';
    throw new CommandError(2, `\`${path}\` ${what}: name a bundle, a database or a data folder`);
  } finally {
    await file.close();
  }
}
