// The log: how it stands, verified here and now by this browser, who else holds it, and its checkpoints.
import { useQuery } from '@tanstack/react-query';
import { fetchCheckpoints } from '../../../api/client.ts';
import type { CheckpointList } from '../../../api/types.ts';
import { CopyButton } from '../../../ui/copy-button.tsx';
import { Page } from '../../../ui/page.tsx';
import { Section } from '../../../ui/section.tsx';
import { Failed, Loading } from '../../../ui/state.tsx';
import { LogStanding } from '../../overview/ui/log-standing.tsx';
import { useOverview } from '../../overview/use-overview.ts';
import { Time } from '../../time/ui/time.tsx';
import { count } from '../model/verification.ts';
import { text } from '../text.ts';
import { Holders } from './holders.tsx';
import { VerifyHere } from './verify-here.tsx';

const SHOWN = 50;

export function LogPage() {
  const overview = useOverview('hour');
  const { data } = overview;
  return (
    <Page title={text.title}>
      <VerifyHere />
      {overview.isError && (
        <Failed what={text.failed} error={overview.error} onRetry={() => void overview.refetch()} />
      )}
      {overview.isPending && <Loading what={text.loading} />}
      {data !== undefined && (
        <>
          <LogStanding log={data.log} />
          <Holders holders={data.log.holders} />
        </>
      )}
      <Checkpoints />
    </Page>
  );
}

function Checkpoints() {
  const list = useQuery({
    queryKey: ['checkpoints', SHOWN],
    queryFn: ({ signal }) => fetchCheckpoints(SHOWN, signal),
    refetchInterval: 30_000,
  });
  const checkpoints = list.data?.checkpoints ?? [];
  return (
    <Section title={text.checkpoints}>
      {list.isError && <Failed what={text.failed} error={list.error} onRetry={() => void list.refetch()} />}
      {list.data?.checkpoints.length === 0 && <p className="text-muted">{text.noCheckpoints}</p>}
      {checkpoints.length > 0 && <CheckpointTable checkpoints={checkpoints} />}
    </Section>
  );
}

function CheckpointTable({ checkpoints }: CheckpointList) {
  return (
    <table className="w-full table-fixed text-left">
      <thead>
        <tr className="text-muted">
          <th scope="col" className="w-24 py-1 font-normal @md:w-32">
            {text.size}
          </th>
          <th scope="col" className="w-24 font-normal @md:w-40">
            {text.newestEntry}
          </th>
          <th scope="col" className="font-normal">
            {text.root}
          </th>
        </tr>
      </thead>
      <tbody>
        {checkpoints.map(({ size, root, note, time }) => (
          <tr key={size} className="border-t border-line">
            <td className="py-1 tabular-nums">{count(size)}</td>
            <td>
              <Time iso={time} />
            </td>
            <td>
              <span className="flex items-center gap-1">
                <code className="min-w-0 truncate font-mono text-xs" title={root}>
                  {root}
                </code>
                <CopyButton value={note} what={text.note} />
              </span>
            </td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}
