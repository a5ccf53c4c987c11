// The way of a draft to other people: what they will see, why it cannot go yet, and the message that goes with it.
import { useNavigate } from '@tanstack/react-router';
import type { FormEvent } from 'react';
import type { Policies } from '../../../api/types.ts';
import { useMay } from '../../../shell/me.tsx';
import { neededWith, ReasonField, useReason } from '../../../ui/reason-field.tsx';
import { Refusal } from '../../../ui/refusal.tsx';
import { Facts, Section } from '../../../ui/section.tsx';
import { useToast } from '../../../ui/toast.tsx';
import { usePlaceOf } from '../../../ui/use-sending.ts';
import { useDraft } from '../draft-store.ts';
import type { Draft } from '../model/draft.ts';
import { type Obstacle, obstacleOf } from '../model/obstacle.ts';
import { differencePhrase } from '../model/wording.ts';
import { text } from '../text.ts';
import type { Checked } from '../use-check.ts';
import { usePropose } from '../use-proposal.ts';
import type { useCases } from '../use-rehearsal.ts';
import type { Replaying } from '../use-replay.ts';

const words = text.propose;

interface Props {
  readonly draft: Draft;
  readonly checked: Checked;
  readonly policies: Policies;
  readonly cases: ReturnType<typeof useCases>;
  readonly replay: Replaying;
}

export function ProposePanel({ draft, checked, policies, cases, replay }: Props) {
  const { closed, quorum, group } = policies.publishing;
  const mayPropose = useMay('policy_author', 'admin');
  const inForce = policies.active?.digest ?? null;
  const obstacle = obstacleOf(draft, checked, inForce);
  return (
    <Section title={words.title}>
      {closed !== null ? (
        <>
          <p className="font-medium">{words.closed}</p>
          <p className="text-muted first-letter:uppercase wrap-anywhere">{closed}.</p>
        </>
      ) : !mayPropose ? (
        <p className="text-muted">{words.mayNot}</p>
      ) : (
        <div className="space-y-3">
          <p>{quorum === 0 ? words.unreviewed : words.reviewed(quorum, group)}</p>
          <Evidence draft={draft} checked={checked} cases={cases} replay={replay} />
          <Send draft={draft} isReviewed={quorum > 0} obstacle={obstacle} />
        </div>
      )}
    </Section>
  );
}

const OBSTACLES: Readonly<Record<Obstacle, string>> = {
  unchecked: words.unfinished,
  invalid: words.invalid,
  same: words.same,
  moved: words.moved,
};

function Evidence({ draft, checked, cases, replay: { state } }: Omit<Props, 'policies'>) {
  const { data } = cases;
  const ran =
    data !== undefined && data.cases === draft.cases && data.files === draft.files ? data.report : null;
  const done = state.kind === 'done' && state.files === draft.files ? state.result.replay : null;
  return (
    <>
      <p className="text-muted">{words.evidenceWhat}</p>
      <Facts
        facts={[
          [text.panelNames.changes, differencePhrase(checked.check?.difference ?? []) ?? text.same],
          [
            words.casesLine,
            draft.cases.trim() === ''
              ? words.casesNone
              : ran === null
                ? words.casesNotRun
                : text.cases.passed(ran.results.filter(({ ok }) => ok).length, ran.results.length),
          ],
          [
            words.historyLine,
            done === null
              ? words.historyNotRun
              : text.history.summary(done.decisions, done.changed).replace(/:$/, '.'),
          ],
        ]}
      />
    </>
  );
}

interface Sent {
  readonly draft: Draft;
  readonly isReviewed: boolean;
  readonly obstacle: Obstacle | null;
}

function Send({ draft, isReviewed, obstacle }: Sent) {
  const { field, take } = useReason(neededWith(words.messageNeeded));
  const { set, latest } = useDraft();
  const toast = useToast();
  const navigate = useNavigate();
  const propose = usePropose(({ id, state }, proposed) => {
    // What was proposed is the gateway's from now on; what was written since is not.
    const now = latest();
    if (now?.files === proposed.files && now.cases === proposed.cases) set(null);
    toast.done(state === 'pending' ? words.done : words.live);
    void navigate(
      state === 'pending' ? { to: '/policies/changes/$change', params: { change: id } } : { to: '/policies' },
    );
  });
  usePlaceOf(propose);
  const submit = (event: FormEvent): void => {
    event.preventDefault();
    if (obstacle !== null || propose.isPending) return;
    const message = take();
    if (message === null) return;
    propose.mutate({ files: draft.files, cases: draft.cases, message, base: draft.base.digest });
  };
  return (
    <form onSubmit={submit} noValidate className="space-y-3">
      <ReasonField {...field} label={words.message} need={words.messageNeed} rows={3} />
      <p className="text-muted">{words.messageHint}</p>
      {propose.error !== null && (
        <div>
          <strong className="font-semibold">{words.failed}.</strong>
          <Refusal error={propose.error} />
        </div>
      )}
      <p role="status" className="text-hold">
        {obstacle === null ? '' : OBSTACLES[obstacle]}
      </p>
      <button
        type="submit"
        className={`button ${isReviewed ? 'button-primary' : 'button-reject'}`}
        aria-disabled={obstacle !== null || propose.isPending}
      >
        {propose.isPending ? `${words.sending}…` : isReviewed ? words.sendReviewed : words.sendAtOnce}
      </button>
    </form>
  );
}
