// One request for approval on one screen: who, what exactly, why it is held, until when, what others said, the verdict.
import { PlainText } from '../../payload/ui/plain-text.tsx';
import type { Approval, Session } from '../../../api/types.ts';
import { Badge } from '../../../ui/badge.tsx';
import { Facts, Section } from '../../../ui/section.tsx';
import { Failed, Loading } from '../../../ui/state.tsx';
import { CallChain } from '../../call/ui/call-chain.tsx';
import { CallLink } from '../../call/ui/call-link.tsx';
import { InspectorHeader } from '../../inspector/ui/inspector-header.tsx';
import { JsonText } from '../../payload/ui/json-text.tsx';
import { Time } from '../../time/ui/time.tsx';
import { stateSign } from '../model/wording.ts';
import { useApproval } from '../use-approvals.ts';
import { ReviewForm } from './review-form.tsx';
import { Reviews } from './reviews.tsx';
import { TimeLeft } from './time-left.tsx';

export function ApprovalView({ id, session }: { readonly id: string; readonly session: Session }) {
  const approval = useApproval(id);
  const { data } = approval;
  return (
    <>
      <InspectorHeader
        kind="Request for approval"
        id={id}
        title={data === undefined ? 'Request for approval' : data.sentence}
        sign={data === undefined ? null : <State approval={data} />}
      />
      {approval.isError && (
        <Failed
          what={data === undefined ? 'This request could not be loaded' : 'Not up to date'}
          error={approval.error}
          onRetry={() => void approval.refetch()}
        />
      )}
      {approval.isPending && <Loading what="the request" />}
      {data !== undefined && <Loaded approval={data} session={session} />}
    </>
  );
}

function State({ approval }: { readonly approval: Approval }) {
  return (
    <>
      <Badge sign={stateSign(approval.state)} />
      {approval.state === 'pending' && <TimeLeft expiresAt={approval.expiresAt} announced />}
    </>
  );
}

function Loaded({ approval, session }: { readonly approval: Approval; readonly session: Session }) {
  const mayReview = session.roles.some((role) => role === 'approver' || role === 'admin');
  return (
    <>
      <Section title="Who">
        <Facts
          facts={[
            ['Agent', approval.agent],
            ['Owner', approval.owner],
            [
              'On behalf of',
              approval.subject === '' ? null : <PlainText key="subject" text={approval.subject} />,
            ],
          ]}
        />
      </Section>
      <Section title="What will be sent">
        <Facts
          facts={[
            ['Operation', approval.operation],
            ['To', approval.upstream],
            ['Resource', <PlainText key="resource" text={approval.resource} />],
          ]}
        />
        <div className="mt-2">
          <JsonText label="Parameters that will be sent" text={approval.params} />
        </div>
      </Section>
      <Section title="Why it waits">
        <ul className="space-y-2">
          {approval.guards.map((guard) => (
            <li key={guard.policy} className="rounded-md bg-hold-soft px-3 py-2">
              <span className="font-mono text-xs font-semibold">{guard.policy}</span>
              {guard.description !== null && <span className="block">{guard.description}</span>}
              <span className="block">
                Needs {guard.quorum === 1 ? 'one person' : `${guard.quorum} people`} of{' '}
                <strong className="font-semibold">{guard.group}</strong>
                {guard.reasonRequired && ', with a reason'}.
              </span>
            </li>
          ))}
        </ul>
        <div className="mt-2">
          <Facts
            facts={[
              ['Asked', <Time key="asked" iso={approval.requestedAt} full />],
              ['Until', <Time key="until" iso={approval.expiresAt} full />],
              [
                'Decided',
                approval.decidedAt === null ? null : <Time key="at" iso={approval.decidedAt} full />,
              ],
              ['Held call', <CallLink key="call" id={approval.call} />],
              [
                'Used by',
                approval.consumedBy === null ? null : <CallLink key="by" id={approval.consumedBy} />,
              ],
            ]}
          />
        </div>
      </Section>
      {approval.reviews.length > 0 && <Reviews reviews={approval.reviews} />}
      {approval.state === 'pending' && mayReview && (
        <ReviewForm key={approval.id} approval={approval} user={session.user} />
      )}
      {approval.state === 'pending' && !mayReview && (
        <Section title="Your verdict">
          <p className="text-muted">Your token lets you read. Reviewing takes one with the role approver.</p>
        </Section>
      )}
      <CallChain chain={approval.chain} current={approval.call} />
    </>
  );
}
