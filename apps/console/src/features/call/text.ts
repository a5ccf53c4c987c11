// The words of one call, its chain and its entries.
import type { EntryKind } from '@countersign/audit';
import type { PhaseKind } from './model/timeline.ts';
import type { Tab } from './model/search.ts';
import type { Verdict } from './model/proof.ts';

const WITHHELD: ReadonlyMap<string, string> = new Map([
  ['request', 'arguments'],
  ['reads', 'what policies read of them'],
]);

const tabs: Readonly<Record<Tab, string>> = {
  why: 'Why',
  timeline: 'Timeline',
  delegation: 'Delegation',
  payload: 'Payload',
  proof: 'Proof',
  raw: 'Raw',
};

const phases: Readonly<Record<PhaseKind, string>> = {
  checked: 'Checked and decided',
  held: 'Held for a person',
  sent: 'Sent on, until answered',
  waiting: 'Waiting for the answer',
  answering: 'Answer coming in',
  task: 'Task went on',
};

const moments: Partial<Readonly<Record<EntryKind, string>>> = {
  'call.decided': 'Decided',
  'approval.requested': 'Approval asked for',
  'approval.reviewed': 'Reviewed',
  'approval.closed': 'Request closed',
  'call.completed': 'Answered',
  'call.unknown': 'Outcome not recorded',
  'task.settled': 'Task settled',
  'push.notified': 'Push notification',
  'policy.differed': 'A shadow policy set differed',
};

const links = {
  root: 'began a chain',
  verified: 'link proven by the gateway’s own token',
  claimed: 'link claimed, not proven',
  unlinked: 'not linked to the work it came from',
} as const;

const overall: Readonly<Record<Verdict, string>> = {
  good: 'Every entry of this call stands in the signed log. This browser checked it.',
  bad: 'An entry of this call is not what the signed log says.',
  unknown: 'Not everything could be checked yet.',
};

export const text = {
  kind: 'Call',
  failed: 'This call could not be loaded',
  loading: 'the call',
  tabs,
  views: 'Views of the call',
  who: 'Who and what',
  agent: 'Agent',
  unregistered: 'not registered',
  owner: 'Owner',
  team: 'Team',
  subject: 'On behalf of',
  actors: 'Delegation',
  operation: 'Operation',
  upstream: 'To',
  resource: 'Resource',
  httpStatus: 'HTTP status',
  approval: 'Approval',
  labels: 'Labels',
  trace: 'Trace',
  chainOf: 'Chain',
  approvalId: 'the approval’s id',
  callId: 'the call’s id',
  chainId: 'the chain’s id',
  traceId: 'the trace’s id',
  digestOf: 'the digest',
  policySet: 'Policies in force',

  similar: 'Earlier calls like this',
  similarNone: 'None: this agent never called this before.',
  similarEnded: (count: number, decisions: readonly string[]) =>
    `The newest ${count}: ${decisions.join(', ').toLowerCase()}.`,
  byPeople: ', approved by people',

  stretches: 'How long',
  noStretches: 'It was decided at once, and went no further.',
  phases,
  stillGoing: 'still going on',
  shortened: 'drawn shorter than it was',
  bar: (what: string, howLong: string, from: string, to: string, ...more: readonly string[]) =>
    [`${what}: ${howLong}, from ${from} to ${to}`, ...more].join(', '),
  sinceStart: (offset: string) => `+${offset}`,
  moments: 'What happened, in order',
  momentKinds: moments,
  when: 'When',
  since: 'After',
  what: 'What',
  entry: 'Entry',
  round: (round: number) => `decision ${round}`,
  by: (name: string) => `by ${name}`,
  needs: (quorum: number) => `of ${quorum === 1 ? 'one person' : `${quorum} people`}`,
  events: (events: string, bytes: string) =>
    events === '0' ? `${bytes} bytes` : `${events} events of a stream, ${bytes} bytes`,
  http: (status: number) => `HTTP ${status}`,
  firstByte: (after: string) => `first byte after ${after}`,
  takenBack: 'approval taken back',
  takenUp: 'Taken up by a later call',

  handedOn: 'Who acted for whom',
  forPerson: 'On behalf of',
  forNobody: 'No person is named: the agent acts for itself.',
  namedBy: (issuer: string) => `as ${issuer} says`,
  hopNumber: (number: number) => `Hop ${number}: `,
  links,
  issuer: 'Token of',
  identity: 'Known by',
  scopes: 'May',
  noScopes: 'no scopes named',
  narrowed: (scopes: readonly string[]) => `Narrowed: no longer ${scopes.join(', ')}`,
  widened: (scopes: readonly string[]) => `Wider than the hop before: also ${scopes.join(', ')}`,
  otherSubject: 'names another person than the hop before',
  expires: 'Ends',
  assurance: 'Assurance',
  tokenErased: 'What its token said is not stored, or was erased.',
  hopsMissing: 'Calls that led here could not all be loaded; the rest is shown.',
  thisCall: 'this call',

  carried: 'What it carried',
  withheld: (parts: readonly string[]) =>
    `Not shown: ${parts.map((part) => WITHHELD.get(part) ?? part).join(', ')}.`,
  onlyAuditors: 'Only an auditor may see it.',
  toReveal: 'Under Payload',
  reveal: 'Reveal',
  revealReason: 'Why you look',
  revealNeedsReason: 'Say why you look at what this call carried.',
  revealRecorded: 'That you looked, and why, is recorded.',
  tampered: 'The index was changed.',
  tamperedMeans:
    'What it says of this call is not what the log says. Trust the entries below, and run `countersign log fsck`.',
  differs: (column: string, shown: string, recorded: string) =>
    `${column}: the index says ${shown}, the log ${recorded}`,
  params: 'Arguments, as received',
  paramsGone: 'Not stored, or erased.',
  paramsNone: 'None.',
  error: 'Error',
  result: 'Result',
  resultGone: 'Not stored: it was none, too large to keep, or erased.',
  wire: 'Over the wire',
  received: 'Received',
  sent: 'Sent on',
  digest: (bytes: string) => `${bytes} bytes, SHA-256 `,

  chain: 'Chain',
  chainFailed: 'The chain could not be loaded',
  chainLoading: 'the chain',
  chainTruncated: 'This chain has more calls than are shown here.',
  chainLabels: 'Data touched so far:',
  openChain: 'See it as a graph',
  hop: (level: number) => `Hop ${level}: `,
  hopOwner: (owner: string) => `owner ${owner}`,
  unlinked: 'not linked to the work it came from',
  claimed: 'link claimed, not proven',

  proven: 'In the signed log',
  overall,
  proofLoading: 'the proofs',
  proofFailed: 'The proofs could not be loaded',
  proofForAuditors:
    'Proofs of the log are an auditor’s. That each header hashes to its leaf was checked here.',
  uncovered: 'The next checkpoint will cover the newest of them; this page waits for it.',
  header: { good: 'header hashes to its leaf', bad: 'header does not hash to its leaf', unknown: '' },
  inclusion: { good: 'in the log', bad: 'NOT in the log', unknown: 'not covered yet' },
  signature: {
    good: 'signed by the key that this gateway names',
    bad: 'NOT signed by the key that this gateway names',
    unknown: 'signature not checked: this browser cannot, or no key is named',
  },
  keyFromElsewhere: 'Compare the key with the one that you hold from elsewhere: a gateway can name any.',
  checkpoint: 'Checkpoint',
  checkpointOf: (entries: string) => `${entries} entries`,
  signed: 'Signature',
  key: 'Key',
  theKey: 'the key',
  note: 'Signed note',
  theNote: 'the signed note',
  record: 'On record',
  altered: 'does not match its hash',
  keyLost: 'key lost',
  erased: (names: readonly string[]) => `erased: ${names.join(', ')}`,
  leaf: (index: number) => `the leaf hash of entry ${index}`,
  proofOf: (index: number) => `the proof of entry ${index}`,
  log: 'Log',
  receipt: 'Receipt',
  receiptIs: 'What the caller was told: the entry of the decision, and its leaf.',
  receiptIndex: 'Entry',
  receiptLeaf: 'Leaf',

  takeAway: 'Take it away',
  bundleReason: 'Why you take it',
  bundleNeedsReason: 'Say why you take it away.',
  bundle: 'Download the proof bundle',
  bundleNotTaken: 'The proof bundle was not made',
  bundleRecorded: 'That it was taken, by whom and why, is recorded.',
  bundleHolds:
    'Entries, proofs, policies and what replaying the decisions needs. Arguments, results and who was acted for stay out.',
  bundleTaken: (name: string, entries: string, recordedAt: string) =>
    `${name} with ${entries} entries, recorded as entry ${recordedAt}.`,
  verifyOffline: 'Verify without this gateway',
  verifyWhy: 'On any machine with the command line, with a trust policy or a key of your own:',
  command: 'the command',

  raw: 'Entries, as they stand in the log',
  rawWhy: 'The leaf of each is the hash of exactly this text, without the line breaks added for reading.',
  rawEntry: (index: string, kind: string) => `Entry ${index}, ${kind}`,
  rawCall: 'The call, as the API has it',
} as const;
