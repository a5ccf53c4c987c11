// What is verified: a proof bundle, or a log in a database or a data folder. Told by what a file begins with, never by its
// name.
import { existsSync, statSync } from 'node:fs';
import { open } from 'node:fs/promises';
import { CommandError } from '../exit.ts';

const BUNDLE = '{"';

export async function isBundle(path: string): Promise<boolean> {
  if (!existsSync(path))
    throw new CommandError(2, `\`${path}\` is not there: name a bundle, a database or a data folder`);
  if (statSync(path).isDirectory()) return false;
  const file = await open(path, 'r');
  try {
    const { buffer, bytesRead } = await file.read(Buffer.alloc(BUNDLE.length), 0, BUNDLE.length, 0);
    return buffer.subarray(0, bytesRead).toString('latin1') === BUNDLE;
  } finally {
    await file.close();
  }
}
