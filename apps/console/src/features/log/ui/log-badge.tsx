// To where the log is verified, always in sight; its particulars on request.
import { useQuery } from '@tanstack/react-query';
import { useId } from 'react';
import { fetchCheckpoints, fetchLog } from '../../../api/client.ts';
import { CopyButton } from '../../../ui/copy-button.tsx';
import { Icon, type IconName } from '../../../ui/icon.tsx';
import { Facts } from '../../../ui/section.tsx';
import { Time } from '../../time/ui/time.tsx';
import { checkpointText, count, logBadge, type LogTone } from '../model/verification.ts';

const LOOK: Readonly<Record<LogTone, { readonly icon: IconName; readonly look: string }>> = {
  good: { icon: 'shield', look: 'text-allow' },
  busy: { icon: 'hourglass', look: 'text-muted' },
  bad: { icon: 'broken', look: 'bg-deny-soft text-deny font-semibold' },
};

export function LogBadge() {
  const panel = useId();
  const log = useQuery({
    queryKey: ['log'],
    queryFn: ({ signal }) => fetchLog(signal),
    refetchInterval: 3000,
  });
  const checkpoints = useQuery({
    queryKey: ['checkpoints'],
    queryFn: ({ signal }) => fetchCheckpoints(signal),
    refetchInterval: 30_000,
  });
  if (log.data === undefined) {
    return <p className="px-2 text-muted">{log.isError ? 'Log state not known' : 'Reading the log…'}</p>;
  }
  const badge = logBadge(log.data);
  const { icon, look } = LOOK[badge.tone];
  const { verification } = log.data;
  return (
    <>
      <button type="button" popoverTarget={panel} className={`button-quiet ${look}`}>
        <Icon name={icon} />
        <span role={badge.tone === 'bad' ? 'alert' : undefined}>{badge.label}</span>
        {log.isError && <span className="text-hold">(not up to date)</span>}
      </button>
      <div id={panel} popover="auto" className="panel">
        <h2 className="mb-2 font-semibold">The log</h2>
        <Facts
          facts={[
            ['Origin', log.data.origin],
            ['Entries', count(log.data.size)],
            ['Verified', `${count(verification.verifiedTo)}, recomputed by this gateway`],
            ['Checked', verification.checkedAt === null ? null : <Time iso={verification.checkedAt} />],
            ['Fault', verification.message],
            ['Head', log.data.headLeaf === null ? null : <Leaf leaf={log.data.headLeaf} />],
          ]}
        />
        {checkpoints.data !== undefined && (
          <p className="mt-2 border-t border-line pt-2 text-muted">
            {checkpointText(checkpoints.data, log.data.size)}
          </p>
        )}
        <p className="mt-2 text-muted">
          To check without trusting this page: <code className="font-mono text-xs">countersign verify</code>
        </p>
      </div>
    </>
  );
}

function Leaf({ leaf }: { readonly leaf: string }) {
  return (
    <span className="inline-flex items-start gap-1">
      <code className="font-mono text-xs leading-5 wrap-anywhere">{leaf}</code>
      <CopyButton text={leaf} what="the head’s leaf hash" />
    </span>
  );
}
