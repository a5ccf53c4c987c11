// State as a gateway leaves it, for the tests of the ceremony: the rows that commits would have written.
import type { Id } from '@countersign/audit';
import type { Change } from '../store/types.ts';

export function approvalRow(id: Id<'apr'>, state: string, call: Id<'call'>): Change {
  return {
    insert: 'approvals',
    row: {
      id,
      state,
      binding: id,
      call,
      chain: 'chain',
      agent_uid: 'agt',
      agent: 'invoice',
      subject: 'fiona',
      upstream_uid: 'srv',
      resource: 'payments/pay',
      guards: '[]',
      shown: '{}',
      quorum: 1,
      requested_at: 1,
      expires_at: 2,
    },
  };
}

export function changeRow(id: Id<'chg'>): Change {
  return {
    insert: 'changes',
    row: {
      id,
      of: 'policy',
      state: 'pending',
      proposal: '{}',
      effect: '[]',
      message: 'spend less',
      author_uid: 'usr',
      author: 'olive',
      quorum: 1,
      proposed_at: 1,
      expires_at: 2,
    },
  };
}

export function policyRows(digest: string, sources: string): readonly Change[] {
  const by = { digest, author: 'olive', activated_at: 1 };
  const version = { version: 1, cause: 'folder', message: 'm', reviewers: '[]', diff: '[]', broken: '[]' };
  return [
    { insert: 'policy_sets', row: { ...by, sources, active: 1 } },
    { insert: 'policy_versions', row: { ...by, ...version } },
  ];
}

export const TOKEN: Change = {
  insert: 'admin_tokens',
  row: { digest: 'd', user_name: 'fiona', roles: '[]', created_at: 1 },
};

export const EXPOSURE: Change = {
  insert: 'exposures',
  row: { holder: 'h', label: 'pii', until: 9, call: 'c' },
};

export const SESSION: Change = {
  insert: 'sessions',
  row: { upstream_uid: 'u', id: 'i', agent_uid: 'a', subject: 's', revision: 'r', created_at: 1 },
};
