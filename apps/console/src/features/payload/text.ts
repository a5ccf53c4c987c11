// The words around what a call carried.
export const text = {
  cut: (shown: string, whole: string) => `Shown is the beginning, ${shown} of ${whole}.`,
  showAll: 'Show all of it',
} as const;
