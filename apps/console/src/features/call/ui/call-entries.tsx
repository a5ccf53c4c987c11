// The entries of the log that record a call: where they stand and what they hash to.
import type { CallDetail } from '../../../api/types.ts';
import { CopyButton } from '../../../ui/copy-button.tsx';
import { Icon } from '../../../ui/icon.tsx';
import { Facts, Section } from '../../../ui/section.tsx';
import { count } from '../../log/model/verification.ts';
import { Time } from '../../time/ui/time.tsx';

export function CallEntries({ detail }: { readonly detail: CallDetail }) {
  const { rx, tx } = detail.request;
  return (
    <Section title="On record">
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
                  <Icon name="broken" className="self-center" /> does not match its hash
                </strong>
              )}
              {entry.erased.length > 0 && (
                <span className="text-muted">erased: {entry.erased.join(', ')}</span>
              )}
            </p>
            <p className="flex items-start gap-1">
              <code className="font-mono text-xs leading-5 wrap-anywhere text-muted">{entry.leaf}</code>
              <CopyButton text={entry.leaf} what={`the leaf hash of entry ${entry.index}`} />
            </p>
          </li>
        ))}
      </ol>
      <div className="mt-2">
        <Facts
          facts={[
            ['Log', detail.receipt.origin],
            ['Received', rx === null ? null : <Digest key="rx" {...rx} />],
            ['Sent on', tx === null ? null : <Digest key="tx" {...tx} />],
          ]}
        />
      </div>
    </Section>
  );
}

function Digest({ sha256, bytes }: { readonly sha256: string; readonly bytes: number }) {
  return (
    <>
      {count(bytes)} bytes, SHA-256{' '}
      <code className="font-mono text-xs wrap-anywhere text-muted">{sha256}</code>
    </>
  );
}
