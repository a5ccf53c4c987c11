// Which entries an export was asked for. Chains are followed through the log's own links, never through the index that
// people search: a call that was hidden there is still found by the chain that it belongs to.
import { type EntryHeader, originDigest } from '@countersign/audit';
import { ExportError } from '../exports/types.ts';
import { isCallFound, untoldText as untoldCalls } from '../privacy/judge.ts';
import { matchingCalls } from '../search/matching.ts';
import type { CallQuery } from '../search/query.ts';
import { parseQueryText } from '../search/query-text.ts';
import type { CallRecord } from '../store/readers/calls.ts';
import { type AskedCalls, findAskedCalls, type FoundCall } from './archived-calls.ts';
import { archived, type Headers } from './headers.ts';
import type { ExportQuery, ExportReaders } from './types.ts';

/** Beyond it, a range shows more and needs less. */
const MAX_SELECTED = 200_000;

export type Selected =
  /** Every entry from `from` up to, not including, `to`. */
  | { readonly kind: 'range'; readonly from: number; readonly to: number }
  | { readonly kind: 'entries'; readonly indexes: ReadonlySet<number> };

export interface Selection {
  readonly selected: Selected;
  /** Calls that may have been asked for, and do not tell any more: they are not in it. */
  readonly untold: number;
}

/**
 * @param size entries with this index and more are not looked at: no checkpoint covers them.
 * Throws an ArchivedError where archives have to be looked into, and the readers do not reach them.
 */
export async function selectEntries(
  query: ExportQuery,
  size: number,
  headers: Headers,
  readers: ExportReaders,
  onProgress?: (line: string) => void,
): Promise<Selection> {
  const { chain, call, agent, policy, outcome, calls } = query;
  const [from, to] = [query.from ?? 0, Math.min(query.to ?? size, size)];
  if (from >= to) {
    throw new ExportError(
      from < size
        ? `there are no entries from ${from} to ${to}: the end must be after the beginning`
        : `there are no entries from ${from} on: the log has ${size} that are signed for`,
    );
  }
  if ([chain, call, agent, policy, outcome, calls].every((filter) => filter === undefined)) {
    const first = await headers.archivedTo();
    if (from < first) throw archived(from, first);
    return { selected: { kind: 'range', from, to }, untold: 0 };
  }

  const indexes = new Set<number>();
  const take = (index: number): void => {
    if (index >= from && index < to) indexes.add(index);
    if (indexes.size > MAX_SELECTED) {
      throw new ExportError(
        `more than ${MAX_SELECTED} entries fit: narrow the query, or export a range with \`--from\` and \`--to\``,
      );
    }
  };
  const isByCall = [call, agent, policy, outcome, calls].some((filter) => filter !== undefined);
  let untold = 0;
  if (!isByCall && chain !== undefined) {
    const own = originDigest((await readers.log.head()).origin);
    for await (const header of chainOf(chain, headers, readers)) {
      const { prevIndex = null, prevLog = null } = header.chain ?? {};
      const first = await headers.archivedTo();
      if (prevIndex !== null && prevIndex < first && prevIndex >= from && prevLog === own)
        throw archived(prevIndex, first);
      take(header.index);
    }
  } else {
    const wanted = new Map<string, Set<string>>();
    const want = (one: FoundCall): void => {
      wanted.set(one.chain, (wanted.get(one.chain) ?? new Set()).add(one.id));
    };
    const asked = callsAsked(query);
    for await (const one of callsOf(asked, readers)) {
      const entries = () => readers.calls.entries(one.id);
      const found = await isCallFound(asked.query, one, entries);
      if (found === true) want(one);
      else if (
        found === 'untold' &&
        (await entries()).some(({ header: { index } }) => index >= from && index < to)
      )
        untold += 1;
    }
    const isKnown = call !== undefined && (await readers.calls.get(call)) !== null;
    if (!isKnown && (await mayBeArchived(from, size, readers))) {
      const { moved } = readers;
      if (moved === undefined) throw archived(from, await headers.archivedTo());
      const found = await findAskedCalls({ ...asked, from, to }, moved, readers, take, onProgress);
      found.calls.forEach(want);
      untold += found.untold;
      // What came after the range was not looked at.
      if (call !== undefined && !found.isMet && to >= moved.to) throw unknown('call', call);
    } else if (call !== undefined && !isKnown) throw unknown('call', call);
    for (const [name, ids] of wanted) {
      for await (const header of chainOf(name, headers, readers, readers.moved?.to))
        if (header.call !== null && ids.has(header.call)) take(header.index);
    }
  }
  if (indexes.size === 0) throw new ExportError(nothing(untold));
  // Whatever is read next lies behind what was read before.
  return {
    selected: { kind: 'entries', indexes: new Set([...indexes].toSorted((a, b) => a - b)) },
    untold,
  };
}

/** Whether an entry from `from` on may belong to a call that was archived: none does that came after that was recorded. */
async function mayBeArchived(
  from: number,
  size: number,
  { log, entries, moved }: ExportReaders,
): Promise<boolean> {
  if (moved === undefined && (await log.archivedTo()) === 0) return false;
  const { entries: pruned } = await entries.page({ kind: 'log.pruned', from: 0 }, { limit: 1, before: size });
  return from <= (pruned[0]?.header.index ?? size);
}

const unknown = (what: string, id: string): ExportError =>
  new ExportError(`${what} \`${id}\` is not known here`);

function nothing(untold: number): string {
  const none = 'nothing in the log fits what was asked for';
  if (untold === 0) return none;
  return `${none}, as far as that can be told: ${untoldText(untold)}`;
}

/** For people: what is not in an export although it may have been asked for. */
export const untoldText = (untold: number): string => `${untoldCalls(untold)}; take its chain, or a range`;

/** @param floor entries below were found before. */
async function* chainOf(
  chain: string,
  headers: Headers,
  { exports }: ExportReaders,
  floor = 0,
): AsyncGenerator<EntryHeader> {
  const head = await exports.chainHead(chain);
  if (head === null) throw unknown('chain', chain);
  if (head < floor) return;
  for await (const header of headers.back(head)) {
    yield header;
    if ((header.chain?.prevIndex ?? 0) < floor) return;
  }
}

/** What is asked of calls, wherever they are. */
function callsAsked({
  call,
  chain,
  agent,
  policy,
  outcome,
  calls: line,
}: ExportQuery): Pick<AskedCalls, 'call' | 'query'> {
  if (call !== undefined && line !== undefined)
    throw new ExportError('name one call, or filters for calls, not both');
  const given = Object.entries({ chain, agent, policy, outcome }).filter(([, value]) => value !== undefined);
  const further = parseQueryText(line ?? '', { name: 'calls', place: 'record' });
  if (!further.ok) throw new ExportError(`calls refused: ${further.error.message}`);
  const query: CallQuery = { ...further.value, ...Object.fromEntries(given) };
  return { call, query };
}

async function* callsOf(
  { call, query }: Pick<AskedCalls, 'call' | 'query'>,
  { calls }: ExportReaders,
): AsyncGenerator<CallRecord> {
  if (call === undefined) {
    yield* matchingCalls(calls, query);
    return;
  }
  const one = await calls.get(call);
  if (one !== null) yield one;
}
