// One entry: its bytes as the log serves them to everybody who follows it, held against the signed tree by this browser.
import { useParams } from '@tanstack/react-router';
import { useQuery } from '@tanstack/react-query';
import { Badge } from '../../../ui/badge.tsx';
import { Copyable } from '../../../ui/copyable.tsx';
import { CopyButton } from '../../../ui/copy-button.tsx';
import { DownloadButton } from '../../../ui/download-button.tsx';
import { CallLink, ChainLink } from '../../../ui/links.tsx';
import { Facts, Section } from '../../../ui/section.tsx';
import { Empty, StateOf } from '../../../ui/state.tsx';
import { text as callText } from '../../call/text.ts';
import { JsonText } from '../../payload/ui/json-text.tsx';
import { PlainText } from '../../payload/ui/plain-text.tsx';
import { Time } from '../../time/ui/time.tsx';
import { count } from '../model/verification.ts';
import { text } from '../text.ts';
import { readEntry, type ReadEntry } from '../verify/read-entry.ts';

export function EntryPart() {
  const { index: given } = useParams({ from: '/log/entries/$index' });
  const index = /^\d{1,15}$/.test(given) ? Number(given) : null;
  const entry = useQuery({
    queryKey: ['entry', index],
    enabled: index !== null,
    queryFn: () => readEntry(index ?? 0, window.location.origin),
  });
  if (index === null) return <Empty title={text.noSuchEntry} />;
  return (
    <Section title={text.atEntry(count(index))}>
      <StateOf query={entry} failed={text.entryFailed} loading={text.theEntry} />
      {entry.data !== undefined && <Loaded entry={entry.data} />}
    </Section>
  );
}

function Loaded({ entry: { index, leaf, header, fields, proof, covered } }: { readonly entry: ReadEntry }) {
  return (
    <div className="space-y-3">
      <p
        className={`flex flex-wrap items-center gap-2 rounded-md p-3 ${proof.holds ? 'bg-allow-soft' : 'bg-deny-soft'}`}
      >
        <Badge
          sign={{
            tone: proof.holds ? 'allow' : 'deny',
            label: proof.holds ? text.inTheLog : text.notInTheLog,
          }}
        />
        {proof.holds ? text.provenIn(count(covered)) : <PlainText text={proof.why} />}
      </p>
      <Facts
        facts={[
          [text.kind, fields.kind],
          [text.recorded, fields.time === null ? null : <Time key="time" iso={fields.time} full />],
          [
            text.call,
            fields.call === null ? null : (
              <Copyable key="call" value={fields.call} what={callText.callId}>
                <CallLink id={fields.call} className="min-w-0 font-mono text-xs wrap-anywhere">
                  {fields.call}
                </CallLink>
              </Copyable>
            ),
          ],
          [
            text.chain,
            fields.chain === null ? null : (
              <Copyable key="chain" value={fields.chain} what={callText.chainId}>
                <ChainLink id={fields.chain} className="min-w-0 font-mono text-xs wrap-anywhere">
                  {fields.chain}
                </ChainLink>
              </Copyable>
            ),
          ],
          [text.leaf, <Copyable key="leaf" value={leaf} what={text.theLeaf} />],
        ]}
      />
      <p className="text-muted">{text.entryWhy}</p>
      <JsonText label={text.theEntry} text={header} />
      <p className="flex flex-wrap items-center gap-2">
        <CopyButton value={header} what={text.theEntry} />
        {proof.holds && (
          <>
            <DownloadButton data={proof.text} name={`entry-${index}.tlog-proof`} what={text.theProof} />
            <CopyButton value={proof.text} what={text.theProof} />
          </>
        )}
      </p>
    </div>
  );
}
