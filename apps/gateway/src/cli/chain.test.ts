import { expect, test } from 'vitest';
import type { Call, Chain } from '../admin/client.ts';
import { branchesOf, chainLines } from './chain.ts';

const call = (more: Partial<Call>): Call => ({
  id: 'call_1',
  chain: 'chain_1',
  parent: null,
  link: 'verified',
  depth: 1,
  protocol: 'mcp',
  revision: '2025-11-25',
  operation: 'mcp:tools/call',
  agent: 'triage',
  owner: 'alice',
  team: 'ops',
  subject: null,
  upstream: 'support',
  resource: 'support',
  agents: ['triage'],
  decision: 'allow',
  reason: 'permitted',
  policies: ['shared-capabilities'],
  approval: null,
  sentence: null,
  traceId: null,
  labels: [],
  state: 'completed',
  round: 1,
  outcome: 'ok',
  httpStatus: 200,
  durationUs: 120_000,
  firstIndex: 1,
  decidedIndex: 1,
  endedIndex: 2,
  startedAt: '2026-01-31T12:00:00.000Z',
  endedAt: null,
  tampered: false,
  ...more,
});
const chain = (hops: readonly Omit<Chain['hops'][number], 'carried'>[]): Chain => ({
  id: 'chain_1',
  openedAt: '2026-01-31T12:00:00.000Z',
  labels: ['pii'],
  truncated: false,
  archived: null,
  hops: hops.map((hop) => ({ ...hop, carried: [] })),
});
const plain = { isUtc: true, isColoured: false };

test('a chain is a tree with owner, decision, policy, time, duration and outcome at every hop', () => {
  const lines = chainLines(
    chain([
      { level: 0, call: call({ link: 'root' }) },
      {
        level: 1,
        call: call({
          agent: 'support',
          owner: 'bob',
          upstream: 'crm',
          resource: 'read_customer',
          durationUs: 900,
          policies: ['low-risk'],
        }),
      },
      {
        level: 1,
        call: call({
          agent: 'support',
          owner: 'bob',
          upstream: 'mail',
          resource: 'send',
          decision: 'deny',
          reason: 'no_permit',
          policies: [],
          state: 'denied',
          outcome: null,
          durationUs: null,
        }),
      },
    ]),
    plain,
  );
  expect(lines).toEqual([
    'chain   chain_1',
    'opened  2026-01-31 12:00:00Z',
    'labels  pii',
    '',
    'HOP                             OWNER  DECISION  BY                   TIME                  DURATION  OUTCOME',
    'triage → support                alice  allow     shared-capabilities  2026-01-31 12:00:00Z  120 ms    ok',
    '├─ support → crm/read_customer  bob    allow     low-risk             2026-01-31 12:00:00Z  900 µs    ok',
    '└─ support → mail/send          bob    deny      no_permit            2026-01-31 12:00:00Z  –         denied',
  ]);
});

test('branches go on past the children of earlier hops', () => {
  expect(branchesOf([0, 1, 2, 1, 2, 2])).toEqual(['', '├─ ', '│  └─ ', '└─ ', '   ├─ ', '   └─ ']);
});

test('a link that nothing proves is said to be a claim, and a caller nobody registered is named so', () => {
  const [row] = chainLines(
    chain([{ level: 0, call: call({ link: 'claimed', agent: null, owner: null }) }]),
    plain,
  ).slice(-1);
  expect(row).toContain('(unregistered) → support (claimed)');
});

test('a chain too long to be shown whole says so', () => {
  const lines = chainLines({ ...chain([{ level: 0, call: call({}) }]), truncated: true }, plain);
  expect(lines.at(-1)).toBe('the chain has more calls; the first 1 are shown');
});
