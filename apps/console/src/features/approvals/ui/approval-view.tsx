// One request for approval on one screen: who, what exactly, why it is held, until when, what others said, the verdict.
import { PlainText } from '../../payload/ui/plain-text.tsx';
import type { Approval } from '../../../api/types.ts';
import { Badge } from '../../../ui/badge.tsx';
import { Copyable } from '../../../ui/copyable.tsx';
import { Facts, Section } from '../../../ui/section.tsx';
import { StateOf } from '../../../ui/state.tsx';
import { CallChain } from '../../call/ui/call-chain.tsx';
import { CallLink } from '../../../ui/links.tsx';
import { useMay, useMe } from '../../../shell/me.tsx';
import { useParams } from '@tanstack/react-router';
import { PaneHeader } from '../../../ui/pane-header.tsx';
import { useCall } from '../../call/use-call.ts';
import { JsonText } from '../../payload/ui/json-text.tsx';
import { Reviews } from '../../review/ui/reviews.tsx';
import { Time } from '../../time/ui/time.tsx';
import { type End, endOf } from '../model/end.ts';
import { stateSign } from '../model/wording.ts';
import { useApproval } from '../use-approvals.ts';
import { Guards } from './guards.tsx';
import { Requester } from './requester.tsx';
import { ReviewForm } from './review-form.tsx';
import { LikeIt } from './like-it.tsx';
import { StandingGrant } from './standing-grant.tsx';
import { TimeLeft } from './time-left.tsx';
import { text } from '../text.ts';

export function ApprovalPane() {
  const { approval: id } = useParams({ from: '/approvals/$approval' });
  const approval = useApproval(id);
  const { data } = approval;
  return (
    <>
      <PaneHeader
        kind={text.kind}
        id={id}
        title={data === undefined ? text.kind : data.sentence}
        sign={data === undefined ? null : <State approval={data} />}
      />
      <StateOf query={approval} failed={text.failed} loading={text.loading} />
      {data !== undefined && <Loaded approval={data} />}
    </>
  );
}

function State({ approval }: { readonly approval: Approval }) {
  return (
    <>
      <Badge sign={stateSign(approval)} />
      {approval.state === 'pending' && <TimeLeft expiresAt={approval.expiresAt} announced />}
    </>
  );
}

function Loaded({ approval }: { readonly approval: Approval }) {
  const me = useMe();
  const mayReview = useMay('approver', 'admin');
  const end = useEnd(approval);
  return (
    <>
      <Section title={text.what}>
        <Requester approval={approval} />
        <div className="mt-2">
          <JsonText label={text.params} text={approval.params} />
        </div>
      </Section>
      <Section title={text.why}>
        <Guards approval={approval} />
        <div className="mt-2">
          <Facts
            facts={[
              [text.asked, <Time key="asked" iso={approval.requestedAt} full />],
              [text.until, <Time key="until" iso={approval.expiresAt} full />],
              [
                text.decided,
                approval.decidedAt === null ? null : <Time key="at" iso={approval.decidedAt} full />,
              ],
              [text.ended, end?.reason == null ? null : <PlainText key="ended" text={end.reason} />],
              [text.takenBackBy, end?.by == null ? null : <PlainText key="takenBackBy" text={end.by} />],
              [text.heldCall, <CallId key="call" id={approval.call} />],
              [
                text.usedBy,
                approval.consumedBy === null ? null : <CallId key="by" id={approval.consumedBy} />,
              ],
            ]}
          />
        </div>
      </Section>
      {approval.state === 'approved' && approval.grantExpiresAt !== null && (
        <StandingGrant key={approval.id} id={approval.id} until={approval.grantExpiresAt} />
      )}
      <Reviews reviews={approval.reviews} />
      {approval.state === 'pending' && mayReview && (
        <ReviewForm key={approval.id} approval={approval} user={me.user} />
      )}
      {approval.state === 'pending' && !mayReview && (
        <Section title={text.verdict}>
          <p className="text-muted">{text.readOnly}</p>
        </Section>
      )}
      <LikeIt approval={approval} />
      <CallChain chain={approval.chain} current={approval.call} />
    </>
  );
}

function CallId({ id }: { readonly id: string }) {
  return (
    <Copyable value={id} what={text.callId}>
      <CallLink id={id} className="font-mono text-xs wrap-anywhere">
        {id}
      </CallLink>
    </Copyable>
  );
}

function useEnd(approval: Approval): End | null {
  const { data } = useCall(approval.call);
  return endOf(approval, data?.timeline ?? []);
}
