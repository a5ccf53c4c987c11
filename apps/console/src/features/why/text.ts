// The words around an explanation.
export const text = {
  heading: 'Why',
  unexplained: 'No policy explains this call: none was asked, or the explanation was erased.',
  needsOf: (quorum: number) => `Needs ${quorum === 1 ? 'one person' : `${quorum} people`} of the group `,
  toApprove: ' to approve',
  withReason: ', with a reason',
  approvers: (names: readonly string[]) =>
    names.length === 0 ? 'Nobody in it can.' : `Today that could be ${names.join(', ')}.`,
  error: (policy: string) =>
    policy === '' ? 'The policy engine failed: ' : `${policy} could not be evaluated: `,
  nearest: 'The permits that came nearest, and what they missed:',
  failed: 'Conditions that did not hold',
  owner: (owner: string) => `owner ${owner}`,
  reads: (policy: string) => `What ${policy} read in this call`,
  attribute: 'Attribute',
  value: 'Value',
  absent: 'absent',
  withheld: 'not shown',
} as const;
