// The words of counts over time.
export const text = {
  chart: (bars: number) =>
    `Calls over time, ${bars} ${bars === 1 ? 'stretch' : 'stretches'}, by how they stand`,
} as const;
