// One proposed change on one screen: who, why, what exactly, until when, what others said, the verdict.
import type { ChangeDetail } from '../../../api/types.ts';
import { Badge } from '../../../ui/badge.tsx';
import { Facts, Section } from '../../../ui/section.tsx';
import { StateOf } from '../../../ui/state.tsx';
import { useToast } from '../../../ui/toast.tsx';
import { useParams } from '@tanstack/react-router';
import { useMemo } from 'react';
import { useMe } from '../../../shell/me.tsx';
import { PaneHeader } from '../../../ui/pane-header.tsx';
import { JsonText } from '../../payload/ui/json-text.tsx';
import { PlainText } from '../../payload/ui/plain-text.tsx';
import { Time } from '../../time/ui/time.tsx';
import { Reviews } from '../../review/ui/reviews.tsx';
import { clearedExposures, registryEffect } from '../model/effects.ts';
import { policyProposal } from '../model/policy-proposal.ts';
import { approvalsOf, differenceOf, kindText, stateSign } from '../model/wording.ts';
import { text } from '../text.ts';
import { useChange } from '../use-changes.ts';
import { ChangeVerdict } from './change-verdict.tsx';
import { Difference } from './difference.tsx';
import { ExposureEffect } from './exposure-effect.tsx';
import { AsDraft, PolicyEvidence, StaleBase } from './policy-evidence.tsx';
import { RegistryEffect } from './registry-effect.tsx';
import { Withdraw } from './withdraw.tsx';

export function ChangePane() {
  const { change: id } = useParams({ from: '/policies/changes/$change' });
  const change = useChange(id);
  const { data } = change;
  return (
    <>
      <PaneHeader
        kind={text.kind}
        id={id}
        title={data === undefined ? text.kind : data.message}
        sign={data === undefined ? null : <Badge sign={stateSign(data.state)} />}
      />
      <StateOf query={change} failed={text.failed} loading={text.loading} />
      {data !== undefined && <Loaded key={id} change={data} />}
    </>
  );
}

function Loaded({ change }: { readonly change: ChangeDetail }) {
  const me = useMe();
  const toast = useToast();
  const { quorum, group, closedAt, reason } = change;
  const proposal = useMemo(() => (change.of === 'policy' ? policyProposal(change.proposal) : null), [change]);
  const isPending = change.state === 'pending';
  return (
    <>
      {proposal !== null && isPending && <StaleBase proposal={proposal} />}
      <Section title={text.who}>
        <Facts
          facts={[
            [text.of, kindText(change.of)],
            [text.author, change.author],
            [text.message, <PlainText key="message" text={change.message} />],
            [text.needs, quorum === 0 ? text.none : text.approvals(approvalsOf(change), quorum, group)],
            [text.proposed, <Time key="proposed" iso={change.proposedAt} full />],
            [text.until, closedAt === null ? <Time key="until" iso={change.expiresAt} full /> : null],
            [text.closed, closedAt === null ? null : <Time key="closed" iso={closedAt} full />],
            [text.why, reason === null || reason === '' ? null : <PlainText key="why" text={reason} />],
          ]}
        />
        <div className="mt-3 flex flex-wrap gap-2 empty:hidden">
          {isPending && me.user === change.author && <Withdraw id={change.id} />}
          {proposal !== null && <AsDraft proposal={proposal} />}
        </div>
      </Section>
      <Section title={text.effect}>
        <Effect change={change} />
      </Section>
      {proposal !== null && <PolicyEvidence change={change} proposal={proposal} />}
      <Reviews reviews={change.reviews} />
      {isPending && (
        <ChangeVerdict
          change={change}
          words={WORDS}
          onApplied={() => toast.done(text.applied(kindText(change.of)))}
        />
      )}
    </>
  );
}

/** What this page cannot read is shown as the data it is. */
function Effect({ change: { of, effect } }: { readonly change: ChangeDetail }) {
  const difference = differenceOf(of, effect);
  if (difference !== null) return <Difference items={difference} />;
  const registry = of === 'registry' ? registryEffect(effect) : null;
  if (registry !== null) return <RegistryEffect effect={registry} />;
  const exposures = of === 'exposure' ? clearedExposures(effect) : null;
  if (exposures !== null) return <ExposureEffect exposures={exposures} />;
  return <JsonText label={text.effect} text={JSON.stringify(effect)} />;
}

const WORDS = {
  reject: { label: text.reject, effect: text.rejectEffect, send: text.sendReject },
  approve: { label: text.approve, effect: text.approveEffect, send: text.sendApprove },
} as const;
