// Which entries an export was asked for. Chains are followed through the log's own links, never through the index that
// people search: a call that was hidden there is still found by the chain that it belongs to.
import { type EntryHeader, originDigest } from '@countersign/audit';
import { ExportError } from '../exports/types.ts';
import type { CallQuery } from '../search/query.ts';
import { parseQueryText } from '../search/query-text.ts';
import type { CallRecord } from '../store/readers/calls.ts';
import { archived, type Headers } from './headers.ts';
import type { ExportQuery, ExportReaders } from './types.ts';

const CALLS_PER_PAGE = 500;
/** Beyond it, a range shows more and needs less. */
const MAX_SELECTED = 200_000;

export type Selected =
  /** Every entry from `from` up to, not including, `to`. */
  | { readonly kind: 'range'; readonly from: number; readonly to: number }
  | { readonly kind: 'entries'; readonly indexes: ReadonlySet<number> };

/** @param size entries with this index and more are not looked at: no checkpoint covers them. */
export async function selectEntries(
  query: ExportQuery,
  size: number,
  headers: Headers,
  readers: ExportReaders,
): Promise<Selected> {
  const { chain, call, agent, policy, outcome, calls } = query;
  const [from, to] = [query.from ?? 0, Math.min(query.to ?? size, size)];
  if (from >= to) {
    throw new ExportError(
      `there are no entries from ${from} to ${to}: the log has ${size} that are signed for`,
    );
  }
  if ([chain, call, agent, policy, outcome, calls].every((filter) => filter === undefined)) {
    const first = await headers.archivedTo();
    if (from < first) throw archived(from, first);
    return { kind: 'range', from, to };
  }

  const indexes = new Set<number>();
  const take = ({ index }: EntryHeader): void => {
    if (index >= from && index < to) indexes.add(index);
    if (indexes.size > MAX_SELECTED) {
      throw new ExportError(
        `more than ${MAX_SELECTED} entries fit: narrow the query, or export a range with \`--from\` and \`--to\``,
      );
    }
  };
  const isByCall = [call, agent, policy, outcome, calls].some((filter) => filter !== undefined);
  if (!isByCall && chain !== undefined) {
    const own = originDigest((await readers.log.head()).origin);
    for await (const header of chainOf(chain, headers, readers)) {
      const { prevIndex = null, prevLog = null } = header.chain ?? {};
      const first = await headers.archivedTo();
      if (prevIndex !== null && prevIndex < first && prevIndex >= from && prevLog === own)
        throw archived(prevIndex, first);
      take(header);
    }
  } else {
    const wanted = new Map<string, Set<string>>();
    for await (const one of callsOf(query, readers))
      wanted.set(one.chain, (wanted.get(one.chain) ?? new Set()).add(one.id));
    for (const [name, ids] of wanted) {
      for await (const header of chainOf(name, headers, readers))
        if (header.call !== null && ids.has(header.call)) take(header);
    }
  }
  if (indexes.size === 0) throw new ExportError('nothing in the log fits what was asked for');
  return { kind: 'entries', indexes };
}

async function* chainOf(
  chain: string,
  headers: Headers,
  { exports }: ExportReaders,
): AsyncGenerator<EntryHeader> {
  const head = await exports.chainHead(chain);
  if (head === null) throw new ExportError(`chain \`${chain}\` is not known here`);
  yield* headers.back(head);
}

async function* callsOf(
  { call, chain, agent, policy, outcome, calls: line }: ExportQuery,
  { calls }: ExportReaders,
): AsyncGenerator<CallRecord> {
  if (call !== undefined) {
    if (line !== undefined) throw new ExportError('name one call, or filters for calls, not both');
    const one = await calls.get(call);
    if (one === null) throw new ExportError(`call \`${call}\` is not known here`);
    const fits =
      (chain === undefined || one.chain === chain) &&
      (agent === undefined || one.agent === agent) &&
      (policy === undefined || one.policies.includes(policy)) &&
      (outcome === undefined || one.outcome === outcome);
    if (fits) yield one;
    return;
  }
  const given = Object.entries({ chain, agent, policy, outcome }).filter(([, value]) => value !== undefined);
  const further = parseQueryText(line ?? '');
  if (!further.ok) throw new ExportError(`calls refused: ${further.error.message}`);
  const query: CallQuery = { ...further.value, ...Object.fromEntries(given) };
  for (let before: number | undefined; ; ) {
    const page = await calls.page(query, {
      limit: CALLS_PER_PAGE,
      ...(before === undefined ? {} : { before }),
    });
    yield* page.calls;
    if (page.next === null) return;
    before = page.next;
  }
}
