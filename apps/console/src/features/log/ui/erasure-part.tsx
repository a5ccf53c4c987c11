// One proposed erasure on one screen: who wants it and by what right, what it would destroy, what it cannot reach, the verdict.
import { useQueryClient } from '@tanstack/react-query';
import { Link, useParams } from '@tanstack/react-router';
import type { ChangeDetail } from '../../../api/types.ts';
import { useMe } from '../../../shell/me.tsx';
import { Badge } from '../../../ui/badge.tsx';
import { CopyButton } from '../../../ui/copy-button.tsx';
import { Facts, Section } from '../../../ui/section.tsx';
import { StateOf } from '../../../ui/state.tsx';
import { useToast } from '../../../ui/toast.tsx';
import { approvalsOf, stateSign } from '../../changes/model/wording.ts';
import { text as changes } from '../../changes/text.ts';
import { ChangeVerdict } from '../../changes/ui/change-verdict.tsx';
import { Withdraw } from '../../changes/ui/withdraw.tsx';
import { useChange } from '../../changes/use-changes.ts';
import { PlainText } from '../../payload/ui/plain-text.tsx';
import { Reviews } from '../../review/ui/reviews.tsx';
import { Time } from '../../time/ui/time.tsx';
import { text } from '../text.ts';
import { ErasureEffectView } from './erasure-effect.tsx';

export function ErasurePart() {
  const { change: id } = useParams({ from: '/log/privacy/$change' });
  const change = useChange(id);
  return (
    <>
      <p className="px-4 py-2">
        <Link to="/log/privacy">{text.backToPrivacy}</Link>
      </p>
      <StateOf query={change} failed={changes.failed} loading={changes.loading} />
      {change.data !== undefined && <Loaded key={id} change={change.data} />}
    </>
  );
}

function Loaded({ change }: { readonly change: ChangeDetail }) {
  const me = useMe();
  const toast = useToast();
  const client = useQueryClient();
  const { id, state, author, message, quorum, group, proposedAt, expiresAt, closedAt, reason, reviews } =
    change;
  return (
    <>
      <Section title={text.proposedErasure}>
        <p className="mb-2 flex flex-wrap items-center gap-2">
          <Badge sign={stateSign(state)} />
          <strong className="min-w-0 font-medium wrap-anywhere">
            <PlainText text={message} />
          </strong>
          <code className="font-mono text-xs text-muted wrap-anywhere">{id}</code>
          <CopyButton value={id} what={text.theId} />
        </p>
        <Facts
          facts={[
            [changes.author, <PlainText key="author" text={author} />],
            [
              changes.needs,
              quorum === 0 ? changes.none : changes.approvals(approvalsOf(change), quorum, group),
            ],
            [changes.proposed, <Time key="proposed" iso={proposedAt} full />],
            [changes.until, closedAt === null ? <Time key="until" iso={expiresAt} full /> : null],
            [changes.closed, closedAt === null ? null : <Time key="closed" iso={closedAt} full />],
            [changes.why, reason === null || reason === '' ? null : <PlainText key="why" text={reason} />],
          ]}
        />
        {state === 'pending' && me.user === author && (
          <div className="mt-3">
            <Withdraw id={id} />
          </div>
        )}
      </Section>
      <ErasureEffectView change={change} />
      <Reviews reviews={reviews} />
      {state === 'pending' && (
        <ChangeVerdict
          change={change}
          words={WORDS}
          onApplied={() => {
            toast.done(text.erasureDone);
            void client.invalidateQueries({ queryKey: ['erasures'] });
          }}
        />
      )}
    </>
  );
}

const WORDS = {
  reject: { label: changes.reject, effect: changes.rejectEffect, send: text.sendReject },
  approve: { label: changes.approve, effect: text.approveEffect, send: text.sendApprove },
} as const;
