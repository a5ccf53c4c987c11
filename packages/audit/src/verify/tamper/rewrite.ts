// What somebody does who rewrites history and makes everything fit again: indexes, links of the log and of chains, references
// to decisions, commitments, leaf hashes. No key is needed for any of it. For tests only.

import { fromUtf8, utf8 } from '../../bytes.ts';
import { canonicalJson, type CanonicalValue } from '../../canonical.ts';
import { commitmentDigest } from '../../commitment.ts';
import { FIRST_CHAIN_LINK, nextChainLink, originDigest } from '../../entry/chain.ts';
import type { ChainLink, ChainRef } from '../../entry/types.ts';
import { newId } from '../../ids.ts';
import { leafHash } from '../../merkle.ts';
import { toDigest } from '../../sha256.ts';
import { ORIGIN } from '../../testing/log-builder.ts';
import type { StoredEntry } from '../types.ts';

type Header = Record<string, CanonicalValue>;

/** An entry as it is to be told, and the log in which it was: references are followed there. */
export interface Piece {
  readonly from: readonly StoredEntry[];
  readonly entry: StoredEntry;
}

export function piecesOf(entries: readonly StoredEntry[], first = 0, end = entries.length): Piece[] {
  return entries.slice(first, end).map((entry) => ({ from: entries, entry }));
}

/** The header of a piece told otherwise. */
export function retold({ from, entry }: Piece, change: (header: Header) => void): Piece {
  const header = headerOf(entry);
  change(header);
  return { from, entry: { ...entry, header: utf8(canonicalJson(header)) } };
}

/** The same happening once more, as a happening of its own: with calls and approvals of new names. */
export function again(pieces: readonly Piece[]): Piece[] {
  const names = new Map<string, string>();
  return pieces.map(({ from, entry }) => {
    const text = (fromUtf8(entry.header) ?? '').replaceAll(/\b(call|apr)_[0-9a-f]{32}/g, (id, prefix) => {
      const name = names.get(id) ?? newId(prefix === 'call' ? 'call' : 'apr');
      names.set(id, name);
      return name;
    });
    return { from, entry: { ...entry, header: utf8(text) } };
  });
}

/** A log of these, in which everything fits. A beginning that is not changed stays as it was, byte by byte. */
export function rewritten(pieces: readonly Piece[]): StoredEntry[] {
  const log = originDigest(ORIGIN);
  const heads = new Map<string, ChainLink>();
  const places = new Map<readonly StoredEntry[], Map<number, number>>();
  const entries: StoredEntry[] = [];
  let [prev, time] = [log, 0];
  for (const [index, { from, entry }] of pieces.entries()) {
    const header = headerOf(entry);
    const moved = places.get(from) ?? new Map<number, number>();
    places.set(from, moved.set(entry.index, index));
    time = Math.max(time, header['time'] as number);
    Object.assign(header, { index, prev, time });
    const body = header['body'] as Header;
    if (typeof body['decided'] === 'number') body['decided'] = moved.get(body['decided']) ?? body['decided'];
    const commits = header['commits'] as Header;
    for (const { name, salt, value } of entry.details) commits[name] = commitmentDigest(name, salt, value);
    const { id } = (header['chain'] ?? {}) as Partial<ChainRef>;
    const link = id === undefined ? null : (heads.get(id) ?? FIRST_CHAIN_LINK);
    if (id !== undefined && link !== null) header['chain'] = { id, ...link };
    const bytes = utf8(canonicalJson(header));
    const leaf = leafHash(bytes);
    prev = toDigest(leaf);
    if (id !== undefined && link !== null)
      heads.set(id, nextChainLink({ seq: link.seq, log, index, leaf: prev }));
    entries.push({ ...entry, index, header: bytes, leaf });
  }
  return entries;
}

function headerOf({ header }: StoredEntry): Header {
  return JSON.parse(fromUtf8(header) ?? '') as Header;
}
