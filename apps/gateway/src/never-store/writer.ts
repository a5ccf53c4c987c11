// The last door before the store: words of people and of the gateway itself (reasons, messages, samples, errors) are
// looked through here. What callers send and get is looked through where it is recorded, with what obligations name.
import type { EntryDraft, EntryKind } from '@countersign/audit';
import type { Change, LogWriter, Row } from '../store/types.ts';
import type { NeverStore } from './never-store.ts';

/** Details that hold such words. What policies, tools and the registry are made of is not among them: it must stay whole. */
const WORDS: Readonly<Partial<Record<EntryKind, readonly string[]>>> = {
  'task.settled': ['result'],
  'push.notified': ['destination', 'error'],
  'card.checked': ['reason'],
  'approval.requested': ['shown'],
  'approval.reviewed': ['reason'],
  'approval.closed': ['reason'],
  'change.proposed': ['message'],
  'change.reviewed': ['reason'],
  'change.closed': ['reason'],
  'reject.summary': ['sample'],
  'admin.action': ['detail'],
  'key.revoked': ['reason'],
  'log.read': ['query', 'reason'],
  'log.exported': ['query', 'reason'],
  'legal_hold.changed': ['query', 'reason'],
  'checkpoint.published': ['error'],
};

const COLUMNS: ReadonlySet<string> = new Set(['reason', 'message', 'resource', 'shown', 'query']);

export function neverStoring(writer: LogWriter, never: NeverStore): LogWriter {
  return {
    commit(request) {
      const { entries, changes } = request;
      return writer.commit({
        ...request,
        entries: entries.map((entry) => cleanedEntry(entry, never)),
        ...(changes === undefined ? {} : { changes: changes.map((change) => cleanedChange(change, never)) }),
      });
    },
  };
}

function cleanedEntry(entry: EntryDraft, never: NeverStore): EntryDraft {
  const names = WORDS[entry.kind];
  if (names === undefined) return entry;
  const details: Readonly<Record<string, string | Uint8Array | undefined>> = entry.details;
  const cleaned = Object.fromEntries(
    names.flatMap((name) => {
      const value = details[name];
      return typeof value === 'string' ? [[name, never.clean(value)]] : [];
    }),
  );
  return { ...entry, details: { ...entry.details, ...cleaned } } as EntryDraft;
}

function cleanedChange(change: Change, never: NeverStore): Change {
  if ('row' in change) return { ...change, row: cleanedRow(change.row, never) };
  return 'set' in change ? { ...change, set: cleanedRow(change.set, never) } : change;
}

function cleanedRow(row: Row, never: NeverStore): Row {
  const names = Object.keys(row).filter((name) => COLUMNS.has(name) && typeof row[name] === 'string');
  if (names.length === 0) return row;
  return { ...row, ...Object.fromEntries(names.map((name) => [name, never.clean(String(row[name]))])) };
}
