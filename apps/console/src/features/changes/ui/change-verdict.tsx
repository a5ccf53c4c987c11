// The verdict on a change that waits, for those who may give one; the others are told why they may not.
import type { ComponentProps } from 'react';
import type { ChangeDetail } from '../../../api/types.ts';
import { useMay, useMe } from '../../../shell/me.tsx';
import { Section } from '../../../ui/section.tsx';
import { VerdictForm } from '../../../ui/verdict-form.tsx';
import { changeProblem } from '../../review/model/problem.ts';
import { reviewFault } from '../model/wording.ts';
import { text } from '../text.ts';
import { useChangeReview } from '../use-changes.ts';

interface Props {
  readonly change: ChangeDetail;
  readonly words: ComponentProps<typeof VerdictForm>['words'];
  /** Told when the verdict put the change into effect. */
  readonly onApplied: () => void;
}

export function ChangeVerdict({ change, words, onApplied }: Props) {
  const me = useMe();
  const mayReview = useMay('approver', 'admin');
  const review = useChangeReview(change.id, ({ state }) => {
    if (state === 'applied') onApplied();
  });
  if (!mayReview || me.user === change.author) {
    return (
      <Section title={text.reviews}>
        <p className="text-muted">{me.user === change.author ? text.own : text.readOnly}</p>
      </Section>
    );
  }
  return (
    <VerdictForm
      key={change.id}
      user={me.user}
      words={words}
      faultOf={reviewFault}
      problemOf={changeProblem}
      review={review}
    />
  );
}
