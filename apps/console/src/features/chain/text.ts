// The words of a chain's page.
export const text = {
  title: 'Chain',
} as const;
