// How the log stands, and verified here and now by this browser.
import { StateOf } from '../../../ui/state.tsx';
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
      <StateOf query={overview} failed={text.failed} loading={text.theLog} />
      {data !== undefined && <LogStanding log={data.log} />}
    </>
  );
}
