// Witnesses, anchor files, timestamp authorities and other logs: how far each has got, and in its own words why not further.
import type { LogHealth } from '../../../api/types.ts';
import { StateOf } from '../../../ui/state.tsx';
import { useOverview } from '../../overview/use-overview.ts';
import { text } from '../text.ts';
import { HeldElsewhere } from './held-elsewhere.tsx';
import { Holders } from './holders.tsx';

const KINDS: readonly LogHealth['holders'][number]['kind'][] = ['witness', 'file', 'timestamp', 'log'];

export function WitnessesPart() {
  const overview = useOverview('hour');
  const { data } = overview;
  return (
    <>
      <StateOf query={overview} failed={text.failed} loading={text.theWitnesses} />
      {data !== undefined && (
        <>
          <HeldElsewhere log={data.log} />
          {KINDS.map((kind) => (
            <Holders key={kind} kind={kind} log={data.log} />
          ))}
        </>
      )}
    </>
  );
}
