// The words of changes that other people have to agree to.
interface Replayed {
  readonly decisions: number;
  readonly changed: number;
  readonly unchanged: number;
  readonly notReplayed: number;
}

const plural = (count: number, one: string): string => `${count} ${one}${count === 1 ? '' : 's'}`;

export const text = {
  kind: 'Proposed change',
  failed: 'This change could not be loaded',
  loading: 'the change',
  who: 'Who wants to change what',
  of: 'Of',
  author: 'Proposed by',
  message: 'Because',
  needs: 'Needs',
  approvals: (given: number, quorum: number, group: string | null) =>
    `${given} of ${quorum} approvals, by ${group === null ? 'approvers' : `members of ${group}`} besides the author`,
  none: 'nobody’s approval: review is configured off',
  proposed: 'Proposed',
  until: 'Until',
  closed: 'Closed',
  why: 'Reason',
  effect: 'What it changes',
  nothing: 'It changes no policy.',
  gateways: ' · the gateway goes by it, too',
  before: 'was',
  after: 'would be',
  absent: 'absent',
  notReplayed: (why: string) => `No recorded call was decided again: ${why}`,
  noCalls: (lookedAt: number) =>
    `None of the latest ${plural(lookedAt, 'recorded decision')} is about what it changes.`,
  replayed: ({ decisions, changed, unchanged, notReplayed }: Replayed) =>
    `Of ${plural(decisions, 'recorded decision')} about it, ${changed} would come out otherwise and ${unchanged} would not${
      notReplayed === 0 ? '' : `; ${notReplayed} cannot be decided again`
    }.`,
  cut: 'Time ran out before all of them were looked at.',
  times: (count: number) => plural(count, 'call'),
  example: 'one of them',
  agent: 'Agent',
  person: 'Person',
  exposedTo: 'is no longer exposed to',
  untilThen: 'else until',
  broughtBy: 'brought by',
  aCall: 'a call',
  staleBase:
    'Another set went live since this was proposed. It can no longer take effect: reject it with a word, or let its author propose it anew.',
  cases: 'Cases',
  noCases: 'Its author gave no cases.',
  thisProposal: 'This proposal',
  asDraft: 'Take it into a draft',
  asDraftTitle: 'Replace the draft that you have?',
  asDraftEffect: 'The files of your draft are removed from this browser. Nothing else keeps them.',
  asDraftSend: 'Replace it',
  withdraw: 'Withdraw',
  withdrawTitle: 'Withdraw this change?',
  withdrawEffect: 'Nobody can agree to it any more. It stays on record, with your reason.',
  withdrawn: 'The change is withdrawn',
  notWithdrawn: (id: string) => `Change ${id} was not withdrawn`,
  notReviewed: (id: string) => `Your verdict on change ${id} is not recorded`,
  applied: (what: string) => `In effect: ${what} changed`,
  reviews: 'Reviews',
  own: 'You proposed this change: another person has to review it.',
  readOnly: 'Your token lets you read. Reviewing takes one with the role approver.',
  reject: 'Reject',
  rejectEffect: 'Nothing changes.',
  approve: 'Approve',
  approveEffect: 'With the last approval that it needs, exactly this takes effect.',
  sendReject: 'Reject this change',
  sendApprove: 'Approve this change',
} as const;
