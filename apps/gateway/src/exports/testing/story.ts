// A small log to export, with every shape that formats tell apart, and room for a value in every field that agents and
// strangers fill. For tests only.
import {
  type EntryDraft,
  FIRST_CHAIN_LINK,
  type ChainLink,
  type Id,
  nextChainLink,
  originDigest,
  sealEntry,
  type StoredEntry,
  toDigest,
} from '@countersign/audit';
import { exportedEntry } from '../entry.ts';
import type { ExportContext, ExportedEntry } from '../types.ts';

export const ORIGIN = 'log.example.com/audit/test';
const START_US = 1_790_000_000_000_123;

const HEX = '0123456789abcdef0123456789abcdef';
const id = (prefix: string, last: string): string => `${prefix}_${HEX.slice(last.length)}${last}`;
const AGENT = id('agt', 'a1') as Id<'agt'>;
const CALLEE = id('agt', 'a2') as Id<'agt'>;
const SERVER = id('srv', 'b1') as Id<'srv'>;
const CHAIN = id('chain', 'c1') as Id<'chain'>;
const APPROVAL = id('apr', 'd1') as Id<'apr'>;
const REVOKED = id('apr', 'd2') as Id<'apr'>;
const LEFT = id('apr', 'd3') as Id<'apr'>;
const FIONA = id('usr', 'e1') as Id<'usr'>;
const NODE = id('node', 'f1') as Id<'node'>;
const CALLS = ['1', '2', '3', '4'].map((last) => id('call', last) as Id<'call'>) as [
  Id<'call'>,
  Id<'call'>,
  Id<'call'>,
  Id<'call'>,
];
const DIGEST = toDigest(new Uint8Array(32).fill(7));

export interface Story {
  readonly stored: readonly StoredEntry[];
  /** All entries, with all details disclosed unless `mayShow` says otherwise. */
  entries(mayShow?: (name: string) => boolean): readonly ExportedEntry[];
  context(more?: Partial<ExportContext>): ExportContext;
}

/** @param said stands wherever a name, a reason or an argument stands. */
export function tellStory(said = 'payments'): Story {
  const stored: StoredEntry[] = [];
  let chain: ChainLink | null = null;
  const add = (draft: EntryDraft, isChained = true): number => {
    const index = stored.length;
    const previous = stored.at(-1);
    const link: ChainLink | null = isChained ? (chain ?? FIRST_CHAIN_LINK) : null;
    const sealed = sealEntry(draft, {
      index,
      prev: previous === undefined ? originDigest(ORIGIN) : toDigest(previous.leaf),
      time: START_US + index * 1_500_000,
      node: NODE,
      chain: link,
    });
    stored.push({ index, header: sealed.header, leaf: sealed.leaf, details: sealed.details });
    if (link !== null) {
      chain = nextChainLink({ seq: link.seq, log: originDigest(ORIGIN), index, leaf: toDigest(sealed.leaf) });
    }
    return index;
  };

  add(
    { kind: 'log.opened', call: null, agent: null, chain: null, body: {}, details: { origin: ORIGIN } },
    false,
  );
  const held = decided(CALLS[0], 'hold', 'guarded', said);
  add(held);
  add({
    kind: 'approval.requested',
    call: CALLS[0],
    agent: AGENT,
    chain: CHAIN,
    body: { approval: APPROVAL, quorum: 1, expiresAt: START_US + 600_000_000 },
    details: {
      guards: JSON.stringify([{ id: said, group: said }]),
      shown: JSON.stringify({ arguments: said }),
    },
  });
  add({
    kind: 'approval.reviewed',
    call: CALLS[0],
    agent: AGENT,
    chain: CHAIN,
    body: { approval: APPROVAL, verdict: 'approve', reviewer: FIONA, state: 'approved' },
    details: { reason: said, reviewer: JSON.stringify({ name: said, email: 'fiona@example.com' }) },
  });
  const allowed = add({
    ...held,
    body: { ...held.body, decision: 'allow', reason: 'grant_redeemed', round: 2, approval: APPROVAL },
  });
  add(completed(CALLS[0], allowed, 'ok', said));
  add(decided(CALLS[1], 'deny', 'forbidden', said));
  const message = decided(CALLS[2], 'allow', 'permitted', said);
  const sent = add({
    ...message,
    body: {
      ...message.body,
      protocol: 'a2a',
      revision: 'a2a-1.0',
      operation: 'a2a:message/send',
      upstream: CALLEE,
    },
  });
  add(completed(CALLS[2], sent, 'tool_error', said));
  const lost = add(decided(CALLS[3], 'allow', 'permitted', said, CALLS[2]));
  add({
    kind: 'call.unknown',
    call: CALLS[3],
    agent: AGENT,
    chain: CHAIN,
    body: { reason: 'restart', decided: lost },
    details: {},
  });
  add(
    {
      kind: 'registry.changed',
      call: null,
      agent: null,
      chain: null,
      body: { op: 'updated', object: 'agent', uid: AGENT, change: null },
      details: {
        before: JSON.stringify({ purpose: said }),
        after: JSON.stringify({ purpose: said }),
        actor: JSON.stringify({ via: 'api', user: said }),
      },
    },
    false,
  );
  const takenBack = { call: CALLS[0], agent: AGENT, chain: CHAIN } as const;
  add({
    kind: 'approval.requested',
    ...takenBack,
    body: { approval: REVOKED, quorum: 1, expiresAt: START_US + 600_000_000 },
    details: {},
  });
  add({
    kind: 'approval.reviewed',
    ...takenBack,
    body: { approval: REVOKED, verdict: 'approve', reviewer: FIONA, state: 'approved' },
    details: { reviewer: JSON.stringify({ name: said, email: 'fiona@example.com' }) },
  });
  add({
    kind: 'approval.closed',
    ...takenBack,
    body: { approval: REVOKED, state: 'withdrawn', previous: 'approved', user: FIONA },
    details: { reason: said, actor: JSON.stringify({ name: said, via: 'api' }) },
  });
  const ended = { approval: LEFT, state: 'expired', previous: 'pending', user: null } as const;
  add({ kind: 'approval.closed', ...takenBack, body: ended, details: { reason: said } });
  return {
    stored,
    entries: (mayShow = () => true) => stored.map((entry) => exportedEntry(entry, mayShow)),
    context: (more) => ({
      origin: ORIGIN,
      version: '1.2.3',
      exportedAt: 1_790_000_100_000,
      untold: null,
      query: `chain ${CHAIN}`,
      headerAt: async (index) => {
        const entry = stored[index];
        return entry === undefined ? null : exportedEntry(entry, () => false).header;
      },
      checkpoint: null,
      inclusion: null,
      signer: null,
      ...more,
    }),
  };
}

function decided(
  call: Id<'call'>,
  decision: 'allow' | 'deny' | 'hold',
  reason: EntryDraft<'call.decided'>['body']['reason'],
  said: string,
  parent: Id<'call'> | null = null,
): EntryDraft<'call.decided'> {
  const policy = {
    id: said,
    effect: decision === 'deny' ? 'forbid' : 'permit',
    file: said,
    line: 3,
    column: 1,
    description: said,
    owner: said,
    text: said,
    reads: [
      { path: 'principal.capabilities', value: [said] },
      { path: `context.input.${said}`, value: said },
    ],
  };
  return {
    kind: 'call.decided',
    call,
    agent: AGENT,
    chain: CHAIN,
    body: {
      protocol: 'mcp',
      revision: '2025-11-25',
      operation: 'mcp:tools/call',
      upstream: SERVER,
      decision,
      reason,
      round: 1,
      approval: null,
      parent,
      link: parent === null ? 'root' : 'verified',
      depth: parent === null ? 1 : 2,
      policySet: DIGEST,
      schema: null,
    },
    details: {
      caller: JSON.stringify({ agent: said, owner: said, ownerEmail: said, team: said, risk: said }),
      subject: JSON.stringify({ subject: said, issuer: said }),
      actors: JSON.stringify([said, said]),
      token: JSON.stringify({ issuer: said, scopes: [said], expiresAt: 1_790_000_900 }),
      resource: JSON.stringify({ kind: 'tool', name: said, upstream: said }),
      request: JSON.stringify({ name: said, arguments: { [said]: said } }),
      rx: JSON.stringify({ sha256: DIGEST, bytes: 42 }),
      explanation: JSON.stringify({
        determining: [policy],
        guards:
          decision === 'hold'
            ? [{ id: said, group: said, quorum: 1, reasonRequired: true, expiresMs: 1 }]
            : [],
        errors: [{ policy: said, message: said }],
        nearest: decision === 'deny' ? [{ ...policy, failed: [said] }] : [],
        obligations: { labels: [said] },
      }),
      sentence: `Agent ${said} called ${said} and this was decided by policy ${said}`,
      labels: JSON.stringify([said]),
      trace: JSON.stringify({ traceId: 'ab'.repeat(16), parentSpanId: 'cd'.repeat(8) }),
    },
  };
}

function completed(
  call: Id<'call'>,
  index: number,
  outcome: EntryDraft<'call.completed'>['body']['outcome'],
  said: string,
): EntryDraft<'call.completed'> {
  return {
    kind: 'call.completed',
    call,
    agent: AGENT,
    chain: CHAIN,
    body: {
      outcome,
      status: 200,
      durationUs: 1_234_567,
      firstByteUs: 234_567,
      bytes: 10,
      events: 0,
      decided: index,
    },
    details: { result: JSON.stringify({ content: said }), error: outcome === 'ok' ? undefined : said },
  };
}

export async function* each<T>(items: readonly T[]): AsyncGenerator<T, void> {
  yield* items;
}

export async function written(pieces: AsyncIterable<string>): Promise<string> {
  let text = '';
  for await (const piece of pieces) text += piece;
  return text;
}
