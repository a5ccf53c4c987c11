// To where the log is verified, always in sight; its particulars on request.
import { useQuery } from '@tanstack/react-query';
import { useId } from 'react';
import { fetchCheckpoints, fetchLog } from '../../../api/client.ts';
import { CopyButton } from '../../../ui/copy-button.tsx';
import { Icon, type IconName } from '../../../ui/icon.tsx';
import { Facts } from '../../../ui/section.tsx';
import { Time } from '../../time/ui/time.tsx';
import { checkpointText, count, logBadge, type LogTone } from '../model/verification.ts';
import { text } from '../badge-text.ts';

const LOOK: Readonly<Record<LogTone, { readonly icon: IconName; readonly look: string }>> = {
  good: { icon: 'shield', look: 'text-allow hover:text-allow' },
  busy: { icon: 'hourglass', look: 'text-muted' },
  bad: { icon: 'broken', look: 'bg-deny font-semibold text-surface hover:bg-deny hover:text-surface' },
};

export function LogBadge() {
  const panel = useId();
  const log = useQuery({
    queryKey: ['log'],
    queryFn: ({ signal }) => fetchLog(signal),
    refetchInterval: 3000,
  });
  const checkpoints = useQuery({
    queryKey: ['checkpoints', 1],
    queryFn: ({ signal }) => fetchCheckpoints(1, signal),
    refetchInterval: 30_000,
  });
  if (log.data === undefined) {
    return <p className="px-2 text-muted">{log.isError ? text.unknown : text.loading}</p>;
  }
  const badge = logBadge(log.data);
  const { icon, look } = LOOK[badge.tone];
  const { verification } = log.data;
  return (
    <>
      <button type="button" popoverTarget={panel} className={`button-quiet ${look}`}>
        <Icon name={icon} />
        <span role={badge.tone === 'bad' ? 'alert' : undefined}>{badge.label}</span>
        {log.isError && <span className="text-hold">{text.stale}</span>}
      </button>
      <div id={panel} popover="auto" className="panel">
        <h2 className="mb-2 font-semibold">{text.heading}</h2>
        <Facts
          facts={[
            [text.origin, log.data.origin],
            [text.entries, count(log.data.size)],
            [text.verified, text.verifiedTo(count(verification.verifiedTo))],
            [text.checked, verification.checkedAt === null ? null : <Time iso={verification.checkedAt} />],
            [text.fault, verification.message],
            [text.head, log.data.headLeaf === null ? null : <Leaf leaf={log.data.headLeaf} />],
          ]}
        />
        {checkpoints.data !== undefined && (
          <p className="mt-2 border-t border-line pt-2 text-muted">
            {checkpointText(checkpoints.data, log.data.size)}
          </p>
        )}
        <p className="mt-2 text-muted">
          {text.trustless}
          <code className="font-mono text-xs">{text.command}</code>
        </p>
      </div>
    </>
  );
}

function Leaf({ leaf }: { readonly leaf: string }) {
  return (
    <span className="inline-flex items-center gap-1">
      <code className="font-mono text-xs leading-5 wrap-anywhere">{leaf}</code>
      <CopyButton value={leaf} what={text.headLeaf} />
    </span>
  );
}
