// The words of the log's badge, which is on every page.
export const text = {
  heading: 'The log',
  unknown: 'Log state not known',
  loading: 'Reading the log…',
  stale: '(not up to date)',
  origin: 'Origin',
  entries: 'Entries',
  verified: 'Verified',
  verifiedTo: (to: string) => `${to}, recomputed by this gateway`,
  checked: 'Checked',
  fault: 'Fault',
  head: 'Head',
  headLeaf: 'the head’s leaf hash',
  trustless: 'To check without trusting this page: ',
  command: 'countersign verify',
} as const;
