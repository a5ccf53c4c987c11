// How the log stands, and verified here and now by this browser.
import { Failed, Loading } from '../../../ui/state.tsx';
import { LogStanding } from '../../overview/ui/log-standing.tsx';
import { useOverview } from '../../overview/use-overview.ts';
import { text } from '../text.ts';
import { VerifyHere } from './verify-here.tsx';

export function VerifyPart() {
  const overview = useOverview('hour');
  const { data } = overview;
  return (
    <>
      <VerifyHere />
      {overview.isError && (
        <Failed what={text.failed} error={overview.error} onRetry={() => void overview.refetch()} />
      )}
      {overview.isPending && <Loading what={text.theLog} />}
      {data !== undefined && <LogStanding log={data.log} />}
    </>
  );
}
