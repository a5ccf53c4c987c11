// One call: the sentence, how it stands, and its views, of which the address says which one is open.
import { Tabs } from '@base-ui/react/tabs';
import { useNavigate, useParams, useSearch } from '@tanstack/react-router';
import type { CallDetail } from '../../../api/types.ts';
import { Badge } from '../../../ui/badge.tsx';
import { PaneHeader } from '../../../ui/pane-header.tsx';
import { StateOf } from '../../../ui/state.tsx';
import { agentText, decisionSign, outcomeSign, tamperedSign, targetText } from '../../calls/model/wording.ts';
import { duration } from '../../time/model/format.ts';
import { Time } from '../../time/ui/time.tsx';
import { TABS, type Tab } from '../model/search.ts';
import { text } from '../text.ts';
import { useCall, useReveal } from '../use-call.ts';
import { DelegationTab } from './delegation-tab.tsx';
import { PayloadTab } from './payload-tab.tsx';
import { ProofTab } from './proof-tab.tsx';
import { RawTab } from './raw-tab.tsx';
import { Tampered } from './tampered.tsx';
import { TimelineTab } from './timeline-tab.tsx';
import { WhyTab } from './why-tab.tsx';

export function CallPane() {
  const { call: id } = useParams({ from: '/calls/$call' });
  const query = useCall(id);
  const { data } = query;
  return (
    <>
      <PaneHeader
        kind={text.kind}
        id={id}
        title={data === undefined ? text.kind : (data.call.sentence ?? spelledOut(data.call))}
        sign={data === undefined ? null : <Signs call={data.call} />}
      />
      <StateOf query={query} failed={text.failed} loading={text.loading} />
      {data !== undefined && <Loaded key={id} detail={data} />}
    </>
  );
}

/** Stands in for a sentence that was erased. */
const spelledOut = (call: CallDetail['call']): string => `${agentText(call)} → ${targetText(call)}`;

function Signs({ call }: { readonly call: CallDetail['call'] }) {
  const outcome = outcomeSign(call);
  return (
    <>
      <Badge sign={call.tampered ? tamperedSign : decisionSign(call.decision)} />
      {outcome !== null && <Badge sign={outcome} />}
      {call.durationUs !== null && (
        <span className="tabular-nums text-muted">{duration(call.durationUs)}</span>
      )}
      <span className="text-muted">
        <Time iso={call.startedAt} full />
      </span>
    </>
  );
}

function Loaded({ detail }: { readonly detail: CallDetail }) {
  const { tab = 'why' } = useSearch({ from: '/calls/$call' });
  const navigate = useNavigate({ from: '/calls/$call' });
  const reveal = useReveal(detail.call.id);
  const shown = revealedAs(detail, reveal.data);
  // Views replace each other: Back leads out of the call, not through them.
  const open = (next: Tab): void =>
    void navigate({
      search: ({ tab: _tab, ...search }) => (next === 'why' ? search : { ...search, tab: next }),
      replace: true,
    });
  const views: Readonly<Record<Tab, () => React.ReactNode>> = {
    why: () => <WhyTab detail={shown} onReveal={() => open('payload')} />,
    timeline: () => <TimelineTab detail={detail} />,
    delegation: () => <DelegationTab detail={detail} />,
    payload: () => <PayloadTab detail={shown} reveal={reveal} />,
    proof: () => <ProofTab detail={detail} />,
    raw: () => <RawTab detail={detail} />,
  };
  return (
    <>
      {detail.tampered && <Tampered differences={detail.differences} />}
      <Tabs.Root value={tab} onValueChange={open}>
        <Tabs.List aria-label={text.views} className="tabs sticky top-11 z-10">
          {TABS.map((each) => (
            <Tabs.Tab key={each} value={each} className="tab">
              {text.tabs[each]}
            </Tabs.Tab>
          ))}
        </Tabs.List>
        {TABS.map((each) => (
          <Tabs.Panel
            key={each}
            value={each}
            className="max-w-7xl outline-none [&>section:first-child]:border-t-0"
          >
            {views[each]()}
          </Tabs.Panel>
        ))}
      </Tabs.Root>
    </>
  );
}

/** What was revealed, for as long as the call has no more entries than it had then. */
const revealedAs = (detail: CallDetail, revealed: CallDetail | undefined): CallDetail =>
  revealed !== undefined && revealed.entries.length === detail.entries.length ? revealed : detail;
