// The closed schema of entries, as data: for each kind its body fields, the details that it may commit to,
// and whether it must name a call. docs/log-format.md shows this table; a test keeps the two equal.

import { ID_PREFIXES } from '../ids.ts';
import { DIGEST, type Field, id, oneOf, orNull, UINT } from './fields.ts';
import {
  CHAIN_LINK,
  DECISION,
  OPERATION,
  OUTCOME,
  PROTOCOL,
  REASON,
  REJECT,
  REVISION,
} from './vocabulary.ts';

/** The format's version; it stands in every header. */
export const ENTRY_VERSION = 'countersign/entry/1';

export interface KindSpec {
  readonly call: 'required' | 'optional';
  readonly body: Readonly<Record<string, Field>>;
  readonly commits: readonly string[];
  /** Which of these came later: an entry has all of them or, written before, none (docs/log-format.md, section 3.1). */
  readonly later?: { readonly body: readonly string[]; readonly commits: readonly string[] };
}

const UPSTREAM = id('srv', 'agt');
const APPROVAL = id('apr');
const CHANGE = id('chg');
const ANY_ID = id(...ID_PREFIXES);
const USER = id('usr');
const KEY_ROLE = oneOf('call_token', 'checkpoint', 'card', 'push', 'receipt', 'payload');

export const ENTRY_KINDS = {
  'log.opened': { call: 'optional', body: {}, commits: ['origin', 'continues'] },
  'node.started': { call: 'optional', body: {}, commits: ['version', 'config'] },
  'node.stopped': { call: 'optional', body: { reason: oneOf('signal', 'error') }, commits: [] },
  'call.decided': {
    call: 'required',
    body: {
      protocol: PROTOCOL,
      revision: REVISION,
      operation: OPERATION,
      upstream: orNull(UPSTREAM),
      decision: DECISION,
      reason: REASON,
      round: UINT,
      approval: orNull(APPROVAL),
      parent: orNull(id('call')),
      link: CHAIN_LINK,
      depth: UINT,
      policySet: orNull(DIGEST),
      schema: orNull(DIGEST),
    },
    commits: [
      'caller',
      'subject',
      'actors',
      'token',
      'resource',
      'request',
      'rx',
      'tx',
      'entities',
      'context',
      'explanation',
      'sentence',
      'labels',
      'trace',
      'callDigest',
      'meters',
    ],
  },
  'call.completed': {
    call: 'required',
    body: {
      outcome: OUTCOME,
      status: orNull(UINT),
      durationUs: UINT,
      firstByteUs: orNull(UINT),
      bytes: UINT,
      events: UINT,
      decided: UINT,
    },
    commits: ['result', 'rx', 'error', 'labels', 'meters'],
    later: { body: ['firstByteUs'], commits: [] },
  },
  'call.unknown': {
    call: 'required',
    body: { reason: oneOf('restart', 'unrecorded'), decided: UINT },
    commits: [],
  },
  'task.settled': {
    call: 'required',
    body: { state: oneOf('completed', 'failed', 'canceled', 'rejected'), decided: UINT },
    commits: ['result'],
  },
  'push.notified': {
    call: 'required',
    body: {
      state: oneOf('sending', 'delivered', 'failed'),
      decided: UINT,
      attempts: UINT,
      status: orNull(UINT),
    },
    commits: ['destination', 'rx', 'tx', 'error'],
  },
  'approval.requested': {
    call: 'optional',
    body: { approval: APPROVAL, quorum: UINT, expiresAt: UINT },
    commits: ['guards', 'shown', 'callDigest'],
  },
  'approval.reviewed': {
    call: 'optional',
    body: {
      approval: APPROVAL,
      verdict: oneOf('approve', 'reject'),
      reviewer: USER,
      state: oneOf('pending', 'approved', 'rejected'),
    },
    commits: ['reason', 'reviewer'],
  },
  'approval.closed': {
    call: 'optional',
    body: {
      approval: APPROVAL,
      state: oneOf('expired', 'withdrawn', 'failed'),
      previous: oneOf('pending', 'approved'),
      user: orNull(USER),
    },
    commits: ['reason', 'actor'],
    later: { body: ['previous', 'user'], commits: ['actor'] },
  },
  'registry.changed': {
    call: 'optional',
    body: {
      op: oneOf('created', 'updated', 'deleted'),
      object: oneOf('agent', 'mcp_server', 'a2a_agent', 'issuer', 'team', 'user', 'group'),
      uid: ANY_ID,
      change: orNull(CHANGE),
    },
    commits: ['before', 'after', 'actor'],
  },
  'catalog.changed': {
    call: 'optional',
    body: { upstream: id('srv'), changes: oneOf('taken', 'held_back') },
    commits: ['before', 'after'],
  },
  'card.checked': {
    call: 'optional',
    body: {
      upstream: id('agt'),
      signature: oneOf('verified', 'unsigned', 'unpinned', 'invalid'),
      key: orNull(DIGEST),
      card: DIGEST,
    },
    commits: ['card', 'reason'],
  },
  'definition.accepted': {
    call: 'optional',
    body: {
      upstream: id('srv'),
      item: oneOf('tool', 'prompt', 'resource', 'template', 'instructions'),
      definition: DIGEST,
      previous: orNull(DIGEST),
    },
    commits: ['name', 'before', 'after', 'actor'],
  },
  'policy.activated': {
    call: 'optional',
    body: {
      set: DIGEST,
      previous: orNull(DIGEST),
      schema: orNull(DIGEST),
      cause: oneOf('folder', 'published', 'rolled_back', 'schema'),
      change: orNull(CHANGE),
    },
    commits: ['sources', 'author', 'diff', 'broken'],
  },
  'policy.refused': {
    call: 'optional',
    body: { active: orNull(DIGEST) },
    commits: ['diagnostics', 'sources'],
  },
  'policy.shadowed': {
    call: 'optional',
    body: { set: orNull(DIGEST), previous: orNull(DIGEST) },
    commits: ['sources', 'author'],
  },
  'policy.differed': {
    call: 'required',
    body: { set: DIGEST, live: DECISION, shadow: DECISION, decided: UINT },
    commits: ['explanation'],
  },
  'change.proposed': {
    call: 'optional',
    body: { change: CHANGE, of: oneOf('policy', 'registry', 'exposure', 'erasure'), quorum: UINT },
    commits: ['proposal', 'effect', 'message', 'author'],
  },
  'change.reviewed': {
    call: 'optional',
    body: { change: CHANGE, verdict: oneOf('approve', 'reject'), reviewer: USER },
    commits: ['reason', 'reviewer'],
  },
  'change.closed': {
    call: 'optional',
    body: { change: CHANGE, state: oneOf('applied', 'rejected', 'withdrawn', 'expired', 'failed') },
    commits: ['reason'],
  },
  'exposure.cleared': {
    call: 'optional',
    body: { change: orNull(CHANGE) },
    commits: ['holders', 'labels', 'actor'],
  },
  'reject.summary': {
    call: 'optional',
    body: { code: REJECT, count: UINT, from: UINT, to: UINT },
    commits: ['sample'],
  },
  'traffic.summary': {
    call: 'optional',
    body: { upstream: orNull(UPSTREAM), operation: OPERATION, count: UINT, from: UINT, to: UINT },
    commits: [],
  },
  'stream.segment': {
    call: 'optional',
    body: {
      upstream: UPSTREAM,
      operation: OPERATION,
      stream: id('call'),
      part: UINT,
      events: UINT,
      bytes: UINT,
      from: UINT,
      to: UINT,
    },
    commits: ['rx'],
  },
  'admin.action': {
    call: 'optional',
    body: {
      action: oneOf(
        'token_issued',
        'token_revoked',
        'session_opened',
        'session_closed',
        'break_glass',
        'index_rebuilt',
      ),
      user: orNull(USER),
    },
    commits: ['detail'],
  },
  'config.changed': {
    call: 'optional',
    body: { config: DIGEST, previous: orNull(DIGEST) },
    commits: ['before', 'after'],
  },
  'key.created': { call: 'optional', body: { role: KEY_ROLE, key: DIGEST }, commits: ['public'] },
  'key.rotated': {
    call: 'optional',
    body: { role: KEY_ROLE, key: DIGEST, previous: DIGEST, from: UINT },
    commits: ['public', 'manifest', 'actor'],
  },
  'key.revoked': {
    call: 'optional',
    body: { role: KEY_ROLE, key: DIGEST, after: UINT },
    commits: ['reason', 'manifest', 'actor'],
  },
  'log.read': {
    call: 'optional',
    body: { of: oneOf('details', 'text'), count: UINT, user: orNull(USER) },
    commits: ['query', 'reason', 'actor'],
  },
  'log.exported': {
    call: 'optional',
    body: {
      export: id('exp'),
      format: oneOf('bundle', 'jsonl', 'csv', 'ocsf', 'cef', 'otlp', 'dsse', 'ietf', 'mcp', 'html'),
      from: UINT,
      to: UINT,
      count: UINT,
      disclosed: UINT,
      digest: orNull(DIGEST),
      user: orNull(USER),
    },
    commits: ['query', 'reason', 'actor'],
  },
  'log.redacted': {
    call: 'optional',
    body: {
      cause: oneOf('erasure', 'retention'),
      change: orNull(CHANGE),
      entries: UINT,
      details: UINT,
      keys: UINT,
    },
    commits: ['targets', 'basis', 'exports', 'actor'],
  },
  'log.pruned': {
    call: 'optional',
    body: { from: UINT, to: UINT, size: UINT, archive: DIGEST },
    commits: ['archive', 'actor'],
  },
  'log.gap': {
    call: 'optional',
    body: { reason: oneOf('restored', 'unrecorded'), from: UINT, to: UINT },
    commits: ['explanation', 'actor'],
  },
  'legal_hold.changed': {
    call: 'optional',
    body: { hold: id('hold'), op: oneOf('set', 'lifted') },
    commits: ['query', 'reason', 'actor'],
  },
  'clock.stepped': {
    call: 'optional',
    body: { direction: oneOf('forward', 'backward'), byUs: UINT },
    commits: [],
  },
  'checkpoint.published': {
    call: 'optional',
    body: {
      to: oneOf('witness', 'file', 'timestamp', 'log'),
      target: DIGEST,
      size: UINT,
      result: oneOf('accepted', 'conflict', 'refused', 'unreachable'),
    },
    commits: ['name', 'proof', 'error'],
  },
  'checkpoint.received': {
    call: 'optional',
    body: { origin: DIGEST, size: UINT },
    commits: ['note'],
  },
} as const satisfies Readonly<Record<string, KindSpec>>;

/** The shapes that entries of a kind may have: as they are written, and as they were before members came later. */
export function shapesOf({ call, body, commits, later }: KindSpec): readonly KindSpec[] {
  const written = { call, body, commits };
  if (later === undefined) return [written];
  const before = Object.entries(body).filter(([name]) => !later.body.includes(name));
  const committed = commits.filter((name) => !later.commits.includes(name));
  return [written, { call, body: Object.fromEntries(before), commits: committed }];
}
