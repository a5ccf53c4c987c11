// The entries of the log that record a call: where they stand, what they hash to, and whether they are there.
import type { CallDetail } from '../../../api/types.ts';
import { CopyButton } from '../../../ui/copy-button.tsx';
import { DownloadButton } from '../../../ui/download-button.tsx';
import { Icon } from '../../../ui/icon.tsx';
import { Section } from '../../../ui/section.tsx';
import { count } from '../../log/model/verification.ts';
import { Time } from '../../time/ui/time.tsx';
import { checkHeader, type Verdict } from '../model/proof.ts';
import { text } from '../text.ts';
import type { Proofs } from '../use-call.ts';

interface Props {
  readonly detail: CallDetail;
  /** Of an auditor's page only. */
  readonly proofs: Proofs | undefined;
}

export function CallEntries({ detail, proofs }: Props) {
  return (
    <Section title={text.record}>
      <ol className="space-y-2">
        {detail.entries.map((entry) => (
          <Entry
            key={entry.index}
            entry={entry}
            proof={proofs?.entries.find(({ index }) => index === entry.index)}
          />
        ))}
      </ol>
    </Section>
  );
}

interface EntryProps {
  readonly entry: CallDetail['entries'][number];
  readonly proof: Proofs['entries'][number] | undefined;
}

function Entry({ entry, proof }: EntryProps) {
  const header = proof?.header ?? checkHeader(entry);
  return (
    <li>
      <p className="flex flex-wrap items-baseline gap-x-2">
        <span className="tabular-nums text-muted">#{count(entry.index)}</span>
        <span className="font-medium">{entry.kind}</span>
        <span className="text-muted">
          <Time iso={entry.time} />
        </span>
        {!entry.intact && (
          <strong className="inline-flex items-center gap-1 font-semibold text-deny">
            <Icon name="broken" className="self-center" /> {text.altered}
          </strong>
        )}
        {entry.isKeyLost && <span className="text-muted">{text.keyLost}</span>}
        {entry.erased.length > 0 && <span className="text-muted">{text.erased(entry.erased)}</span>}
      </p>
      <p className="flex items-center gap-1">
        <code className="font-mono text-xs leading-5 wrap-anywhere text-muted">{entry.leaf}</code>
        <CopyButton value={entry.leaf} what={text.leaf(entry.index)} />
      </p>
      <p className="flex flex-wrap items-center gap-x-3">
        <Checked verdict={header} words={text.header} />
        {proof !== undefined && <Checked verdict={proof.inclusion} words={text.inclusion} />}
        {proof !== undefined && proof.text !== null && (
          <DownloadButton
            data={proof.text}
            name={`entry-${entry.index}.tlog-proof`}
            what={text.proofOf(entry.index)}
          />
        )}
      </p>
    </li>
  );
}

interface CheckedProps {
  readonly verdict: Verdict;
  readonly words: Readonly<Record<Verdict, string>>;
}

function Checked({ verdict, words }: CheckedProps) {
  const [icon, look] =
    verdict === 'good'
      ? (['check', 'text-allow'] as const)
      : verdict === 'bad'
        ? (['cross', 'font-semibold text-deny'] as const)
        : (['hourglass', 'text-muted'] as const);
  return (
    <span className={`inline-flex items-center gap-1 ${look}`}>
      <Icon name={icon} className="size-3.5" />
      {words[verdict]}
    </span>
  );
}
