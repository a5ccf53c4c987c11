// The words of the pane beside the lists.
export const text = {
  call: 'Call',
  approval: 'Request for approval',
  change: 'Proposed change',
  view: 'Policies',
  id: 'the id',
  close: 'Close',
} as const;
