// What reviewers of a policy set look at beside its differences: what came of its cases, what it
// means for agents, and recorded calls that they have
// decided again themselves. Whoever may, goes on with its files in a draft.
import { useNavigate } from '@tanstack/react-router';
import { useState } from 'react';
import type { ChangeDetail } from '../../../api/types.ts';
import { useMay } from '../../../shell/me.tsx';
import { Icon } from '../../../ui/icon.tsx';
import { Section } from '../../../ui/section.tsx';
import { DraftMeaning } from '../../policies/ui/draft-meaning.tsx';
import { usePolicies } from '../../policies/use-policies.ts';
import { useDraftComparison } from '../../policies/use-versions.ts';
import { useDraft } from '../../policy-draft/draft-store.ts';
import type { Window } from '../../policy-draft/model/search.ts';
import { CaseResults } from '../../policy-draft/ui/case-results.tsx';
import { ConfirmDialog } from '../../policy-draft/ui/confirm-dialog.tsx';
import { Simulation } from '../../policy-draft/ui/simulation.tsx';
import { useReplay } from '../../policy-draft/use-replay.ts';
import { type PolicyProposal, proposedCases } from '../model/policy-proposal.ts';
import { text } from '../text.ts';

interface Props {
  readonly change: ChangeDetail;
  readonly proposal: PolicyProposal;
}

export function PolicyEvidence({ change, proposal }: Props) {
  const mayRehearse = useMay('policy_author', 'approver', 'admin');
  const cases = proposedCases(change.effect);
  return (
    <>
      {cases === null ? (
        <Section title={text.cases}>
          <p className="text-muted">{text.noCases}</p>
        </Section>
      ) : (
        <CaseResults report={cases} />
      )}
      {mayRehearse && <Rehearsal key={change.id} proposal={proposal} />}
    </>
  );
}

function Rehearsal({ proposal: { files } }: Pick<Props, 'proposal'>) {
  const [over, setOver] = useState<Window>('week');
  const replay = useReplay();
  const meaning = useDraftComparison();
  return (
    <>
      <DraftMeaning name={text.thisProposal} files={files} meaning={meaning} />
      <Simulation files={files} over={over} onOver={setOver} replay={replay} />
    </>
  );
}

/** Where the set in force is another one than that which it is to replace: agreeing to it would only fail. */
export function StaleBase({ proposal: { base } }: Pick<Props, 'proposal'>) {
  const { data } = usePolicies();
  if (data === undefined || (data.active?.digest ?? null) === base) return null;
  return (
    <p role="alert" className="mx-4 mb-3 flex gap-2 rounded-md bg-hold-soft p-2.5">
      <Icon name="warning" className="mt-0.5 text-hold" />
      {text.staleBase}
    </p>
  );
}

/** Its files as a draft, against what is in force now. */
export function AsDraft({ proposal: { files } }: Pick<Props, 'proposal'>) {
  const [isAsking, setAsking] = useState(false);
  const { draft, set } = useDraft();
  const active = usePolicies().data?.active;
  const navigate = useNavigate();
  const mayDraft = useMay('policy_author', 'approver', 'admin');
  if (!mayDraft) return null;
  const begin = (): void => {
    const base = { digest: active?.digest ?? null, version: active?.version ?? null };
    set({ from: null, base, files, cases: draft?.cases ?? '' });
    void navigate({ to: '/policies/draft' });
  };
  return (
    <>
      <button type="button" className="button" onClick={() => (draft === null ? begin() : setAsking(true))}>
        {text.asDraft}
      </button>
      <ConfirmDialog
        open={isAsking}
        onClose={() => setAsking(false)}
        title={text.asDraftTitle}
        effect={text.asDraftEffect}
        send={text.asDraftSend}
        onConfirm={begin}
      />
    </>
  );
}
