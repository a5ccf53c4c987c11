// The entries of the log that record a call: where they stand and what they hash to.
import type { CallDetail } from '../../../api/types.ts';
import { CopyButton } from '../../../ui/copy-button.tsx';
import { Icon } from '../../../ui/icon.tsx';
import { Facts, Section } from '../../../ui/section.tsx';
import { count } from '../../log/model/verification.ts';
import { Time } from '../../time/ui/time.tsx';
import { text } from '../text.ts';

export function CallEntries({ detail }: { readonly detail: CallDetail }) {
  const { rx, tx } = detail.request;
  return (
    <Section title={text.record}>
      <ol className="space-y-1.5">
        {detail.entries.map((entry) => (
          <li key={entry.index}>
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
          </li>
        ))}
      </ol>
      <div className="mt-2">
        <Facts
          facts={[
            [text.log, detail.receipt.origin],
            [text.received, rx === null ? null : <Digest key="rx" {...rx} />],
            [text.sent, tx === null ? null : <Digest key="tx" {...tx} />],
          ]}
        />
      </div>
    </Section>
  );
}

function Digest({ sha256, bytes }: { readonly sha256: string; readonly bytes: number }) {
  return (
    <>
      {text.digest(count(bytes))}
      <code className="font-mono text-xs wrap-anywhere text-muted">{sha256}</code>
    </>
  );
}
