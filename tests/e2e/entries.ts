// The entries of a gateway's log, as `countersign log tail` prints them.
import type { Gateway } from '@countersign/testkit';

export interface EntryHeader {
  readonly kind: string;
  readonly index: number;
  /** Microseconds since the Unix epoch. */
  readonly time: number;
  readonly agent: string | null;
  readonly call: string | null;
  readonly body: Readonly<Record<string, unknown>>;
}

/** All entries of one kind, oldest first. */
export async function entriesOf(gateway: Pick<Gateway, 'cli'>, kind: string): Promise<EntryHeader[]> {
  const { code, stdout, stderr } = await gateway.cli('log', 'tail', '-n', '100000', '--json');
  if (code !== 0) throw new Error(`log tail: exit ${code}: ${stderr}`);
  return stdout
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => (JSON.parse(line) as { header: EntryHeader }).header)
    .filter((header) => header.kind === kind);
}
