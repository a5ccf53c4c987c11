// The words of a chain's page.
import type { EdgeState } from './model/graph.ts';

const counted = (count: number, word: string): readonly string[] => (count === 0 ? [] : [`${count} ${word}`]);

/** `2 allowed, 1 denied`; null where nothing happened yet. */
function happened({ allowed, denied, held }: EdgeState): string | null {
  const parts = [...counted(allowed, 'allowed'), ...counted(denied, 'denied'), ...counted(held, 'held')];
  return parts.length === 0 ? null : parts.join(', ');
}

export const text = {
  title: 'Chain',
  theId: 'the id of the chain',
  theLink: 'the link',
  failed: 'This chain could not be loaded',
  loading: 'the chain',
  opened: 'Began',
  calls: (count: number) => (count === 1 ? '1 call' : `${count} calls`),
  denied: (count: number) => `${count} denied`,
  held: (count: number) => `${count} held`,
  archivedBefore: 'This chain began earlier: those of its calls that began before',
  archivedWhere: 'are in archives and not shown. An export of the chain has them.',
  truncated: 'This chain has more calls than are shown here.',
  graph: 'As a graph',
  graphLabel: 'Agents and what they called. The list of calls says the same.',
  graphLoading: 'the graph',
  tooLarge: (nodes: number) =>
    `With ${nodes} agents and tools a picture says nothing any more: the list has them all.`,
  kinds: { person: 'Person', agent: 'Agent', target: 'Target' },
  node: (kind: string, name: string, isReached: boolean) =>
    `${kind} ${name}${isReached ? '' : ', not yet reached'}`,
  edge: (from: string, to: string, state: EdgeState) =>
    [
      `${from} to ${to}: ${happened(state) ?? 'not yet called'}`,
      ...(state.labels.length === 0 ? [] : [`labels ${state.labels.join(', ')}`]),
      ...(state.isCurrent ? ['the call shown now'] : []),
    ].join('; '),
  actsFor: (person: string, agent: string) => `${agent} acts for ${person}`,
  forWhom: 'for',
  zoomIn: 'Zoom in',
  zoomOut: 'Zoom out',
  fit: 'Show all of it',
  replay: 'Replay',
  first: 'Before the second call',
  previous: 'Previous call',
  next: 'Next call',
  last: 'The whole chain',
  play: 'Play',
  pause: 'Pause',
  place: 'Call',
  of: (at: number, count: number) => `${at} of ${count}`,
  at: (at: number, count: number, call: string) => `Call ${at} of ${count}: ${call}`,
  list: 'The calls under each other',
  notYet: 'comes later',
  underWay: 'under way',
  labelsSoFar: 'Data touched so far:',
  noLabels: 'No labelled data was touched so far.',
  brought: 'brought here',
} as const;
