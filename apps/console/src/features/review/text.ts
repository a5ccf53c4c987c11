// The words for what reviewers said.
export const text = {
  reviews: 'Reviews',
  approved: 'Approved',
  rejected: 'Rejected',
  by: 'by ',
} as const;
