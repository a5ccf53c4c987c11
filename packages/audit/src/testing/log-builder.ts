// Builds well-formed logs entry by entry, as a writer would, so that tests can spoil them. For tests only.

import { FIRST_CHAIN_LINK, nextChainLink, originDigest } from '../entry/chain.ts';
import { sealEntry } from '../entry/seal.ts';
import type { ChainLink, EntryBody, EntryDraft } from '../entry/types.ts';
import { type Id, newId } from '../ids.ts';
import { appendLeaf, type CompactRange, EMPTY_RANGE, rangeRoot } from '../merkle.ts';
import { toDigest } from '../sha256.ts';
import type { StoredEntry } from '../verify/types.ts';

export const ORIGIN = 'log.example.com/audit/test';

export interface LogBuilder {
  readonly entries: StoredEntry[];
  /** Appends, returning the index. */
  readonly add: (draft: EntryDraft, change?: { readonly time?: number; readonly link?: ChainLink }) => number;
  /** The tree's root after the first `size` entries. */
  readonly root: (size?: number) => Uint8Array;
}

/** A log that has been opened. */
export function openLog(): LogBuilder {
  const log = emptyLog();
  log.add({
    kind: 'log.opened',
    call: null,
    agent: null,
    chain: null,
    body: {},
    details: { origin: ORIGIN },
  });
  return log;
}

/** A log without its first entry. */
export function emptyLog(origin = ORIGIN): LogBuilder {
  const node = newId('node');
  const entries: StoredEntry[] = [];
  const ranges: CompactRange[] = [EMPTY_RANGE];
  const heads = new Map<string, ChainLink>();
  const log = originDigest(origin);
  return {
    entries,
    add: (draft, change = {}) => {
      const index = entries.length;
      const previous = entries.at(-1);
      const chain = draft.chain === null ? null : (change.link ?? heads.get(draft.chain) ?? FIRST_CHAIN_LINK);
      const sealed = sealEntry(draft, {
        index,
        prev: previous === undefined ? log : toDigest(previous.leaf),
        time: change.time ?? index,
        node,
        chain,
      });
      const { header, leaf, details } = sealed;
      entries.push({ index, header, leaf, details });
      ranges.push(appendLeaf(ranges.at(-1) ?? EMPTY_RANGE, leaf));
      if (draft.chain !== null && chain !== null) {
        heads.set(draft.chain, nextChainLink({ seq: chain.seq, log, index, leaf: toDigest(leaf) }));
      }
      return index;
    },
    root: (size = entries.length) => rangeRoot(ranges[size] ?? EMPTY_RANGE),
  };
}

/** The log with other entries, and the tree over them. */
export function withEntries(log: LogBuilder, entries: LogBuilder['entries']): LogBuilder {
  const root = (): Uint8Array =>
    rangeRoot(entries.reduce((range, { leaf }) => appendLeaf(range, leaf), EMPTY_RANGE));
  return { ...log, entries, root };
}

/** A plausible `call.decided`: allowed in round 1 unless `body` says otherwise. */
export function decided(
  call: Id<'call'>,
  body: Partial<EntryBody<'call.decided'>> = {},
  chain: Id<'chain'> | null = null,
): EntryDraft<'call.decided'> {
  return {
    kind: 'call.decided',
    call,
    agent: null,
    chain,
    body: {
      protocol: 'mcp',
      revision: '2025-11-25',
      operation: 'mcp:tools/call',
      upstream: null,
      decision: 'allow',
      reason: 'permitted',
      round: 1,
      approval: null,
      parent: null,
      link: 'root',
      depth: 1,
      policySet: null,
      schema: null,
      ...body,
    },
    details: { caller: 'an agent', request: '{"cents":1250}' },
  };
}

export function completed(
  call: Id<'call'>,
  index: number,
  outcome: EntryBody<'call.completed'>['outcome'] = 'ok',
  chain: Id<'chain'> | null = null,
): EntryDraft<'call.completed'> {
  const body = { outcome, status: 200, durationUs: 1, firstByteUs: 1, bytes: 1, events: 0, decided: index };
  return { kind: 'call.completed', call, agent: null, chain, body, details: { result: 'done' } };
}

/** A log of the opening entry and `calls` completed calls of one chain. */
export function callLog(calls: number): LogBuilder {
  const log = openLog();
  const chain = newId('chain');
  for (let i = 0; i < calls; i += 1) {
    const call = newId('call');
    const index = log.add(decided(call, {}, chain));
    log.add(completed(call, index, 'ok', chain));
  }
  return log;
}
