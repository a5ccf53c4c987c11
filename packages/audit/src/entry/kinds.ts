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
}

const UPSTREAM = id('srv', 'agt');
const APPROVAL = id('apr');
const CHANGE = id('chg');
const ANY_ID = id(...ID_PREFIXES);

export const ENTRY_KINDS = {
  'log.opened': { call: 'optional', body: {}, commits: ['origin'] },
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
      bytes: UINT,
      events: UINT,
      decided: UINT,
    },
    commits: ['result', 'rx', 'error', 'labels', 'meters'],
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
      reviewer: id('usr'),
      state: oneOf('pending', 'approved', 'rejected'),
    },
    commits: ['reason', 'reviewer'],
  },
  'approval.closed': {
    call: 'optional',
    body: { approval: APPROVAL, state: oneOf('expired', 'withdrawn', 'failed') },
    commits: ['reason'],
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
  'catalog.changed': { call: 'optional', body: { upstream: id('srv') }, commits: ['before', 'after'] },
  'tool.accepted': {
    call: 'optional',
    body: {
      upstream: id('srv'),
      definition: DIGEST,
      previous: orNull(DIGEST),
    },
    commits: ['tool', 'before', 'after', 'actor'],
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
    body: { change: CHANGE, of: oneOf('policy', 'registry', 'exposure'), quorum: UINT },
    commits: ['proposal', 'effect', 'message', 'author'],
  },
  'change.reviewed': {
    call: 'optional',
    body: { change: CHANGE, verdict: oneOf('approve', 'reject'), reviewer: id('usr') },
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
  'admin.action': {
    call: 'optional',
    body: {
      action: oneOf('token_issued', 'session_opened', 'log_read', 'exported'),
      user: orNull(id('usr')),
    },
    commits: ['detail'],
  },
  'key.created': {
    call: 'optional',
    body: { role: oneOf('call_token', 'checkpoint', 'card'), key: DIGEST },
    commits: ['public'],
  },
} as const satisfies Readonly<Record<string, KindSpec>>;
