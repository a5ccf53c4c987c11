// A log written anew from what a bundle shows of one, by whoever holds a key that is believed: every hash and signature is
// right, so that only deciding again can tell what was changed.
import type { BodyLine, EntryDraft, EntryHeader, EntryLine } from '@countersign/audit';
import { bundleLines, bundleText } from '../../packages/audit/src/testing/bundle-builder.ts';
import { signer } from '../../packages/audit/src/testing/faults/spoilt.ts';
import { emptyLog } from '../../packages/audit/src/testing/log-builder.ts';

export type Rewrite = (draft: EntryDraft, index: number) => EntryDraft;

/** The bundle of the log that has `rewrite` of every entry, signed by the key of the test logs, with these lines besides. */
export async function rewritten(
  bundle: string,
  rewrite: Rewrite,
  more: readonly BodyLine[] = [],
): Promise<string> {
  const lines = bundle
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line) as BodyLine);
  const log = emptyLog();
  const sources = new Map<number | null, string>();
  let algebra = '';
  for (const line of lines) {
    if (line.type === 'bundle') ({ algebra } = line);
    if (line.type === 'policySet') sources.set(line.entry, line.sources);
    if (line.type !== 'entry') continue;
    const header = JSON.parse(line.header) as EntryHeader;
    log.add(rewrite(draftOf(line, header, sources.get(line.index)), line.index), { time: header.time });
  }
  return bundleText(await bundleLines({ log, signer, algebra, more }));
}

function draftOf({ details }: EntryLine, header: EntryHeader, sources: string | undefined): EntryDraft {
  const { kind, call, agent, chain, body } = header;
  const shown = Object.fromEntries(
    details.flatMap(({ name, text }) => (text === null ? [] : [[name, text]])),
  );
  const all = sources === undefined ? shown : { ...shown, sources };
  return { kind, call, agent, chain: chain?.id ?? null, body, details: all } as EntryDraft;
}
