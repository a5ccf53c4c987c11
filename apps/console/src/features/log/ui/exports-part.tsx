// Who took entries away: when, what, how much of it in the clear, and why.
import type { ExportList } from '../../../api/types.ts';
import { Copyable } from '../../../ui/copyable.tsx';
import { ChainLink } from '../../../ui/links.tsx';
import { Facts, Section } from '../../../ui/section.tsx';
import { StateOf } from '../../../ui/state.tsx';
import { text as formats } from '../../export/text.ts';
import { PlainText } from '../../payload/ui/plain-text.tsx';
import { Time } from '../../time/ui/time.tsx';
import { askedFor } from '../model/exports.ts';
import { count } from '../model/verification.ts';
import { text } from '../text.ts';
import { useExports } from '../use-log.ts';
import { More } from './more.tsx';
import { EntryLink } from './links.tsx';

type Export = ExportList['exports'][number];

export function ExportsPart() {
  const list = useExports();
  const exports = list.data?.pages.flatMap((page) => page.exports) ?? [];
  return (
    <Section title={text.parts.exports}>
      <p className="mb-2 max-w-3xl text-muted">{text.exportsWhy}</p>
      <StateOf query={list} failed={text.exportsFailed} loading={text.theExports} />
      {list.isSuccess && exports.length === 0 && <p className="text-muted">{text.noExports}</p>}
      <ul className="space-y-3">
        {exports.map((one) => (
          <li key={one.id} className="rounded-md border border-line p-3">
            <Card taken={one} />
          </li>
        ))}
      </ul>
      <More list={list} archivedTo={list.data?.pages.at(-1)?.archivedTo} />
    </Section>
  );
}

function Card({ taken }: { readonly taken: Export }) {
  const { id, entry, time, format, from, to, count: entries, disclosed, digest, by, reason } = taken;
  const { chain, rest, untold } = askedFor(taken.query);
  return (
    <>
      <p className="mb-1 flex flex-wrap items-center gap-x-2">
        <strong className="font-medium">{by === null ? text.erasedName : <PlainText text={by} />}</strong>
        <span>{formats.formats[format]}</span>
        <Time iso={time} full />
        <EntryLink index={entry} />
      </p>
      <Facts
        facts={[
          [text.reason, reason === null ? text.noReason : <PlainText key="reason" text={reason} />],
          [
            text.chain,
            chain === null ? null : (
              <ChainLink key="chain" id={chain} className="font-mono text-xs">
                {chain}
              </ChainLink>
            ),
          ],
          [text.askedFor, rest === null ? null : <PlainText key="query" text={rest} />],
          [text.notInIt, untold === 0 ? null : text.untold(untold)],
          [text.range, text.rangeOf(count(from), count(Math.max(from, to - 1)), count(entries))],
          [text.disclosed, count(disclosed)],
          [text.export, <Copyable key="id" value={id} what={text.theExport} />],
          [
            text.digest,
            digest === null ? null : <Copyable key="digest" value={digest} what={text.theDigest} />,
          ],
        ]}
      />
    </>
  );
}
