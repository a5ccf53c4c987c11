// The words of the policies page.
import type { Answer, Direction } from './model/reach.ts';

const plural = (count: number, one: string, many = `${one}s`): string =>
  `${count} ${count === 1 ? one : many}`;

interface Counts {
  readonly added: number;
  readonly removed: number;
  readonly changed: number;
}

export const text = {
  heading: 'Policies',
  failed: 'The policies could not be loaded',
  loading: 'the policies',
  link: 'Policies',
  waiting: (changes: number) => (changes === 1 ? '1 change waits' : `${changes} changes wait`),
  degraded: 'Not as they should be',
  well: 'As they should be',
  none: 'No policy set is in force: every call is denied',
  noneWhy: 'Publish a first set, or put files into the folder that is watched.',
  inForce: 'In force',
  notInForce: 'Not in force',
  review: {
    closed: (why: string) => `Nothing is published here: ${why}.`,
    off: 'Review is configured off: what is published goes live at once.',
    by: (quorum: number, group: string) =>
      `What is published needs ${plural(quorum, 'approval')} by ${group}, besides its author.`,
  },
  edit: 'Edit',
  rollBack: 'Roll back to this',
  refused: 'A candidate was refused',
  refusedWhy: 'These files are not in force; what was before stays. Correct them, and they are read again.',
  refusedAt: 'Refused ',
  broken: 'Tools that are denied',
  brokenWhy:
    'The set in force no longer fits these tools. Calls of them are denied until a set is published that fits, or the tool is as it was.',
  warnings: (count: number) => plural(count, 'warning'),
  changes: 'Waiting for approval',
  changesFailed: 'The changes that wait could not be loaded',
  by: 'by ',
  shadow: 'In the shadow of it',
  versions: 'Versions',
  noVersions: 'No set was ever in force.',
  columns: {
    version: 'Version',
    what: 'What changed',
    by: 'By',
    reviewers: 'Reviewed by',
    when: 'Since',
  },
  nobody: 'nobody',
  causes: {
    folder: 'saved in the watched folder',
    published: 'published',
    rolled_back: 'rolled back to',
    schema: 'tools changed',
  },
  phrase: ({ added, removed, changed }: Counts, names: readonly string[]): string => {
    const all = added + removed + changed;
    if (all === 0) return 'nothing in it';
    const counts = [
      added > 0 ? `${added} added` : '',
      changed > 0 ? `${changed} changed` : '',
      removed > 0 ? `${removed} removed` : '',
    ].filter((part) => part !== '');
    return `${counts.join(', ')}: ${names.join(', ')}${all > names.length ? ' …' : ''}`;
  },
} as const;

export const versionText = {
  kind: 'Policy version',
  title: (version: number) => `Version ${version}`,
  missing: 'There is no such version',
  missingWhy: 'Versions are numbered from 1; the list has them all.',
  failed: 'This version could not be loaded',
  loading: 'the version',
  origin: 'Where it comes from',
  cause: 'Cause',
  author: 'By',
  reviewers: 'Reviewed by',
  message: 'Because',
  since: 'In force since',
  change: 'Change',
  digest: 'Digest',
  theDigest: 'the digest of the version',
  theChange: 'the id of the change',
  views: 'Views of this version',
  tabs: { difference: 'Difference', files: 'Files', use: 'Use' },
  against: 'Compared with',
  before: (version: number) => `version ${version}, the one before`,
  other: (version: number) => `version ${version}`,
  nothing: 'no policies at all',
  what: 'What it says otherwise',
  means: 'What that means',
  texts: 'The text',
  compareFailed: 'They could not be compared',
  comparing: 'what differs',
  same: 'The two are alike, policy by policy.',
  sameText: 'The files of the two are alike.',
  unreadable: 'One of the two cannot be read policy by policy; compare the text below.',
  layout: 'Only its layout or its comments differ.',
  changed: { added: 'added', removed: 'removed', changed: 'changed' },
  parts: {
    effect: 'Effect',
    principal: 'Principal',
    action: 'Action',
    resource: 'Resource',
    when: 'When',
    unless: 'Unless',
    annotation: 'Annotation',
  },
  was: 'was',
  is: 'is now',
  absent: 'absent',
  invalid: (name: string) =>
    `${name} does not fit the tools and groups of today, so that nobody can say what would come of calls by it:`,
  asked: (agents: number, targets: number) =>
    `Of ${plural(agents, 'active agent')} and ${plural(targets, 'thing')} that they could call, for calls that begin a chain, on behalf of nobody:`,
  nobodyAsked: 'No agent is active, or there is nothing to call: nobody can be told what it means for.',
  noReach: 'Every agent may do what it could, and nothing else.',
  cut: 'There are more agents or things than were asked about.',
  more: (count: number) => `and ${count} more`,
  pairs: (count: number) => plural(count, 'pair of an agent and a thing', 'pairs of an agent and a thing'),
  through: 'by',
  files: 'Files',
  wholeFile: 'Show what is alike, too',
  sideBySide: 'Beside each other',
  oldText: (file: string) => `${file}, before`,
  newText: (file: string) => `${file}, after`,
  bothTexts: (file: string) => `${file}, with what differs`,
  openingCode: 'the text',
  noFiles: 'This set has no files: it denies everything.',
} as const;

/** What an answer that became another means, in a few words. */
export const shiftText = (before: Answer, after: Answer): string => {
  if (before === after) return 'Depends on the call, by other terms than before';
  if (before === 'unknown' || after === 'unknown') return 'Could not be told';
  return SHIFTS[`${before} ${after}`] ?? `${before} → ${after}`;
};

const SHIFTS: Readonly<Record<string, string>> = {
  'denied allowed': 'May now',
  'denied held': 'May now, if people agree',
  'denied depends': 'May now, depending on the call',
  'held allowed': 'May now without people',
  'held depends': 'Needs people now and then, depending on the call',
  'depends allowed': 'May now, whatever the call',
  'allowed denied': 'May no longer',
  'held denied': 'May no longer, even if people agree',
  'depends denied': 'May no longer, whatever the call',
  'allowed held': 'Needs people now',
  'depends held': 'Needs people now, whatever the call',
  'allowed depends': 'Depends on the call now',
};

export const directionText: Readonly<Record<Direction, string>> = {
  more: 'Agents may do more',
  less: 'Agents may do less',
  perhaps: 'It depends on the call',
};

export const draftText = {
  title: 'What that means for agents',
  why: 'Which agents may do what they could not, and no longer what they could, by these files and by the set in force.',
  ask: 'Work it out',
  again: 'Work it out again',
  failed: 'That could not be worked out',
  stale: 'The files have changed since.',
  inForce: 'The set in force',
} as const;

export const useText = {
  caption: 'Policies of this version and the calls that they decided',
  over: 'Calls of the last',
  periods: { '24h': '24 hours', '7d': '7 days', '30d': '30 days' },
  failed: 'Their use could not be counted',
  loading: 'how they are used',
  why: 'Counted by the policies that decisions rest on, whichever version was in force; a permit that a forbid overrules decides nothing.',
  unused: (count: number, of: number) =>
    count === 0
      ? 'Each of them decided calls in this time.'
      : `${count} of ${plural(of, 'policy', 'policies')} decided nothing in this time.`,
  notWhole:
    'There are more policies in the log than are counted at a time: those without a number decided fewer calls.',
  columns: { policy: 'Policy', effect: 'Effect', calls: 'Calls', latest: 'Newest' },
  none: 'Decided nothing',
  few: 'not counted',
  inFiles: (file: string, line: number) => `${file}:${line}`,
  calls: 'Calls that it decided',
} as const;

export const shadowText = {
  kind: 'Shadow set',
  off: 'Nothing runs beside the set in force',
  offWhy:
    'A candidate in the shadow decides what was just decided, changes nothing, and tells where it would have decided otherwise. It is started from a draft.',
  title: 'What a candidate would have decided otherwise',
  failed: 'The shadow set could not be loaded',
  loading: 'the shadow set',
  states: {
    off: 'Off',
    starting: 'Starting',
    running: 'Running',
    suspended: 'Suspended',
  },
  suspendedWhy: 'It goes on by itself once it fits the tools again.',
  what: 'What runs',
  digest: 'Digest',
  author: 'Started by',
  since: 'Since',
  files: 'Files',
  counted: 'Since it started, or the gateway did',
  compared: 'Calls compared',
  differed: 'Decided otherwise',
  dropped: 'Not compared: it did not keep up',
  unrecorded: 'Differences that the log did not take',
  notReplayed: (reason: string) => `Could not be decided again: ${reason.replaceAll('_', ' ')}`,
  recorded: 'Differences on record',
  summary: (compared: number, differed: number) =>
    `${plural(compared, 'call')} compared, ${differed} decided otherwise`,
} as const;
