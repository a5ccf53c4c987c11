// One person's verdict on one request: approving takes a reason, and what it does is said before it is given.
import type { Approval } from '../../../api/types.ts';
import { VerdictForm } from '../../../ui/verdict-form.tsx';
import { approvalProblem } from '../../review/model/problem.ts';
import { SignInAgain } from '../../session/ui/sign-in-again.tsx';
import { reviewFault } from '../model/wording.ts';
import { useReview } from '../use-approvals.ts';
import { text } from '../text.ts';

const WORDS = {
  reject: { label: text.reject, effect: text.rejectEffect, send: text.sendReject },
  approve: { label: text.approve, effect: text.approveEffect, send: text.sendApprove },
} as const;

export function ReviewForm({ approval, user }: { readonly approval: Approval; readonly user: string }) {
  const review = useReview(approval.id);
  return (
    <>
      <VerdictForm
        user={user}
        words={WORDS}
        faultOf={(verdict, reason) => reviewFault(verdict, reason, approval.guards)}
        problemOf={approvalProblem}
        review={review}
      />
      <SignInAgain error={review.error} />
    </>
  );
}
