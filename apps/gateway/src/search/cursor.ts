// Where a list goes on, as callers hold it: a place and the query that it belongs to. It grants nothing: whoever alters
// one reads from elsewhere in a list that they may read anyway. What is no cursor of this query is refused.
import type { CallQuery } from './query.ts';
import { queryText } from './query-text.ts';
import { termOf } from './words.ts';

const BYTES = 12;

export function cursorOf(query: CallQuery, place: number): string {
  return cursorFor(queryText(query), place);
}

/** The place, or null where the text is no cursor of this query. */
export function placeIn(cursor: string, query: CallQuery): number | null {
  return placeFor(cursor, queryText(query));
}

/** The same for lists of other things, whose question is given as text. */
export function cursorFor(question: string, place: number): string {
  const bytes = Buffer.alloc(BYTES);
  bytes.writeUInt32BE(termOf(question), 0);
  bytes.writeBigUInt64BE(BigInt(place), 4);
  return bytes.toString('base64url');
}

export function placeFor(cursor: string, question: string): number | null {
  const bytes = Buffer.from(cursor, 'base64url');
  if (bytes.length !== BYTES || bytes.toString('base64url') !== cursor) return null;
  const place = bytes.readBigUInt64BE(4);
  if (bytes.readUInt32BE(0) !== termOf(question) || place > BigInt(Number.MAX_SAFE_INTEGER)) return null;
  return Number(place);
}

export const BAD_CURSOR = 'is no `nextCursor` of this search: leave it out to begin at the newest';
