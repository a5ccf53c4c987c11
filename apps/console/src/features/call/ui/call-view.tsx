// One call: the sentence, why, its chain, the entries that record it, and what it carried for those who may ask.
import { PlainText } from '../../payload/ui/plain-text.tsx';
import type { CallDetail } from '../../../api/types.ts';
import { Badge } from '../../../ui/badge.tsx';
import { Chip } from '../../../ui/chip.tsx';
import { Facts, Section } from '../../../ui/section.tsx';
import { Failed, Loading } from '../../../ui/state.tsx';
import { agentText, decisionSign, outcomeSign, targetText } from '../../calls/model/wording.ts';
import { PaneHeader } from '../../../ui/pane-header.tsx';
import { duration } from '../../time/model/format.ts';
import { Time } from '../../time/ui/time.tsx';
import { Why } from '../../why/ui/why.tsx';
import { useCall, useReveal } from '../use-call.ts';
import { ApprovalLink } from '../../../ui/links.tsx';
import { useParams } from '@tanstack/react-router';
import { CallChain } from './call-chain.tsx';
import { CallEntries } from './call-entries.tsx';
import { CallPayload } from './call-payload.tsx';
import { RevealForm } from './reveal-form.tsx';
import { Tampered } from './tampered.tsx';
import { text } from '../text.ts';

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
      {query.isError && (
        <Failed
          what={data === undefined ? text.failed : text.stale}
          error={query.error}
          onRetry={() => void query.refetch()}
        />
      )}
      {query.isPending && <Loading what={text.loading} />}
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
      <Badge sign={decisionSign(call.decision)} />
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
  const { call } = detail;
  const reveal = useReveal(call.id);
  const shown = revealedAs(detail, reveal.data);
  return (
    <>
      {detail.tampered && <Tampered differences={detail.differences} />}
      <Section title={text.who}>
        <Facts
          facts={[
            [text.agent, call.agent ?? <span className="text-deny">{text.unregistered}</span>],
            [text.owner, call.owner],
            [text.team, call.team],
            [text.subject, call.subject === null ? null : <PlainText key="subject" text={call.subject} />],
            [text.actors, detail.actors.length > 1 ? detail.actors.join(' → ') : null],
            [text.operation, `${call.operation} (${call.revision})`],
            [text.upstream, call.upstream],
            [
              text.resource,
              call.resource === null ? null : <PlainText key="resource" text={call.resource} />,
            ],
            [text.httpStatus, call.httpStatus],
            [
              text.approval,
              call.approval === null ? null : (
                <ApprovalLink key="approval" id={call.approval} className="font-mono text-xs wrap-anywhere">
                  {call.approval}
                </ApprovalLink>
              ),
            ],
            [text.labels, detail.labels.length === 0 ? null : <Labels key="labels" labels={detail.labels} />],
            [
              text.trace,
              call.traceId === null ? null : <code className="font-mono text-xs">{call.traceId}</code>,
            ],
          ]}
        />
      </Section>
      <Why why={shown.why} reason={call.reason} />
      <CallChain chain={call.chain} current={call.id} />
      {shown.withheld.length > 0 ? (
        <RevealForm withheld={shown.withheld} reveal={reveal} />
      ) : (
        <CallPayload detail={shown} />
      )}
      <CallEntries detail={detail} />
    </>
  );
}

/** What was revealed, for as long as the call has no more entries than it had then. */
const revealedAs = (detail: CallDetail, revealed: CallDetail | undefined): CallDetail =>
  revealed !== undefined && revealed.entries.length === detail.entries.length ? revealed : detail;

function Labels({ labels }: { readonly labels: readonly string[] }) {
  return (
    <span className="flex flex-wrap gap-1">
      {labels.map((label) => (
        <Chip key={label}>{label}</Chip>
      ))}
    </span>
  );
}
