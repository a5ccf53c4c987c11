// The receipts that somebody gives the command line: a signed note, its one-line form as it stands in a header, or what
// `/receipts/<call>` answered, from a file, from stdin or as they are.
import { readFile } from 'node:fs/promises';
import { resolve } from 'node:path';
import { text as textOfStream } from 'node:stream/consumers';
import { expandReceipt } from '@countersign/audit';
import { CommandError } from './exit.ts';
import type { Terminal } from './terminal.ts';

export interface GivenReceipt {
  /** The signed note. */
  readonly note: string;
  /** A C2SP tlog-proof that came with it. */
  readonly proof: string | null;
}

export async function givenReceipts(
  given: string,
  terminal: Pick<Terminal, 'cwd'>,
): Promise<readonly GivenReceipt[]> {
  const text = await textOf(given, terminal);
  if (text.startsWith('countersign/receipt/')) return [{ note: text, proof: null }];
  if (text.trimStart().startsWith('{')) return inAnswer(text);
  const note = expandReceipt(text.trim());
  if (!note.ok)
    throw new CommandError(
      2,
      'this is no receipt: give the value of a `Countersign-Receipt` header, the note itself, or what `/receipts/<call>` answered',
    );
  return [{ note: note.value, proof: null }];
}

async function textOf(given: string, { cwd }: Pick<Terminal, 'cwd'>): Promise<string> {
  if (given === '-') return textOfStream(process.stdin);
  try {
    return await readFile(resolve(cwd, given), 'utf8');
  } catch (error) {
    // Not a file: then it is the receipt itself.
    if (
      error instanceof Error &&
      'code' in error &&
      /^(?:ENOENT|ENAMETOOLONG|ENOTDIR)$/.test(String(error.code))
    )
      return given;
    throw new CommandError(2, `\`${given}\` cannot be read`, { cause: error });
  }
}

function inAnswer(text: string): readonly GivenReceipt[] {
  let answer: unknown;
  try {
    answer = JSON.parse(text);
  } catch {
    throw new CommandError(2, 'this is no answer of `/receipts/<call>`: it is not JSON');
  }
  const receipts = (answer as { readonly receipts?: unknown }).receipts;
  const found = (Array.isArray(receipts) ? (receipts as readonly unknown[]) : []).flatMap((each) => {
    const { receipt, proof } = (each ?? {}) as { readonly receipt?: unknown; readonly proof?: unknown };
    return typeof receipt === 'string'
      ? [{ note: receipt, proof: typeof proof === 'string' ? proof : null }]
      : [];
  });
  if (found.length === 0) throw new CommandError(2, 'there is no receipt in this answer');
  return found;
}
