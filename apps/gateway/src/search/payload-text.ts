// Looks for a text in what calls carried: arguments, results, errors. There is no index of those, on purpose: what an index
// holds outlives what was erased. So a search is a walk back through the log, opened value by opened value, and bounded in
// entries, in time and in findings; it says how far it came.
import { setImmediate as nextTurn } from 'node:timers/promises';
import { fromUtf8, parseEntry, type StoredEntry } from '@countersign/audit';
import type { LogReader } from '../store/readers/log.ts';

/** Of one request; beyond any of them the caller goes on by cursor. */
export interface TextBounds {
  readonly entries: number;
  readonly milliseconds: number;
  readonly matches: number;
}

const TEXT_BOUNDS: TextBounds = { entries: 20_000, milliseconds: 1000, matches: 50 };

/** What calls carry, by the names of the details. */
const CARRIED: ReadonlySet<string> = new Set(['request', 'result', 'error']);

const ENTRIES_PER_TURN = 64;
const AROUND = 60;

export interface TextMatch {
  readonly index: number;
  readonly call: string;
  readonly kind: string;
  /** Microseconds since the epoch. */
  readonly time: number;
  readonly detail: string;
  /** The text with a little of what stands around it. */
  readonly excerpt: string;
}

export interface TextFindings {
  /** The newest first. */
  readonly matches: readonly TextMatch[];
  /** Entries that were looked at. */
  readonly entries: number;
  /** Of those, entries whose values cannot be read here. */
  readonly unreadable: number;
  /** Index before which to go on; null when everything down to `from` was looked at. */
  readonly next: number | null;
}

/** Entries from `from` up to, not including, `to`. Without case; `text` as it stands, or as JSON writes it. */
export async function findInPayloads(
  log: Pick<LogReader, 'entries'>,
  { text, from, to }: { readonly text: string; readonly from: number; readonly to: number },
  bounds: TextBounds = TEXT_BOUNDS,
): Promise<TextFindings> {
  const forms = [...new Set([text, JSON.stringify(text).slice(1, -1)].map((form) => form.toLowerCase()))];
  const until = performance.now() + bounds.milliseconds;
  const matches: TextMatch[] = [];
  let [entries, unreadable, before] = [0, 0, to];
  while (before > from) {
    const first = Math.max(from, before - ENTRIES_PER_TURN, before - (bounds.entries - entries));
    const slice: StoredEntry[] = [];
    for await (const stored of log.entries(first, before)) slice.push(stored);
    for (const stored of slice.reverse()) {
      entries += 1;
      if (stored.withheld === true) unreadable += 1;
      matches.push(...matchesIn(stored, forms));
      before = stored.index;
      if (matches.length >= bounds.matches) return { matches, entries, unreadable, next: rest(before, from) };
    }
    before = first;
    if (entries >= bounds.entries || performance.now() >= until) break;
    await nextTurn();
  }
  return { matches, entries, unreadable, next: rest(before, from) };
}

const rest = (before: number, from: number): number | null => (before > from ? before : null);

function matchesIn(stored: StoredEntry, forms: readonly string[]): readonly TextMatch[] {
  const found = stored.details.flatMap(({ name, value }) => {
    const text = CARRIED.has(name) ? fromUtf8(value) : null;
    const excerpt = text === null ? null : excerptOf(text, forms);
    return excerpt === null ? [] : [{ detail: name, excerpt }];
  });
  if (found.length === 0) return [];
  const parsed = parseEntry(stored.header);
  if (!parsed.ok || parsed.value.call === null) return [];
  const { call, kind, time } = parsed.value;
  return found.map(({ detail, excerpt }) => ({ index: stored.index, call, kind, time, detail, excerpt }));
}

function excerptOf(text: string, forms: readonly string[]): string | null {
  const lower = text.toLowerCase();
  for (const form of forms) {
    const at = lower.indexOf(form);
    if (at < 0) continue;
    const [start, end] = [Math.max(0, at - AROUND), Math.min(text.length, at + form.length + AROUND)];
    return `${start > 0 ? '…' : ''}${text.slice(start, end)}${end < text.length ? '…' : ''}`;
  }
  return null;
}
