// What an entry commits to, as far as it is still stored: for pages that tell what such an entry is for. What is stored beside the log is
// believed only where the log commits to it.
import { commitmentDigest, type EntryHeader, fromUtf8 } from '@countersign/audit';
import type { LogReader } from '../store/readers/log.ts';

/** The text of a detail by its name; null where the entry has none, or it was erased. */
export type Said = (name: string) => string | null;

export async function saidIn(log: Pick<LogReader, 'entry'>, header: EntryHeader): Promise<Said> {
  const commits: Readonly<Record<string, string | null>> = header.commits;
  const details = (await log.entry(header.index))?.details ?? [];
  return (name) => {
    const detail = details.find((one) => one.name === name);
    return detail === undefined || commitmentDigest(name, detail.salt, detail.value) !== commits[name]
      ? null
      : fromUtf8(detail.value);
  };
}

/** The value in a detail that is JSON text; undefined for anything else. */
export function jsonIn(text: string | null): unknown {
  try {
    return JSON.parse(text ?? '');
  } catch {
    return undefined;
  }
}
