// What an export is asked for with: the calls that a search asks for, in the words of the API. Pure.
import { type Fault, printQuery, readQuery } from '@countersign/gateway/search/language';

export const FORMATS = [
  'bundle',
  'jsonl',
  'csv',
  'html',
  'ocsf',
  'cef',
  'otlp',
  'dsse',
  'ietf',
  'mcp',
] as const;
export type Format = (typeof FORMATS)[number];

export interface Wanted {
  /** In the language of queries. */
  readonly q: string | null;
  readonly from: string | null;
  readonly to: string | null;
}

/** Bundles are of what they can state: of what a query narrows down only the other formats are. */
export const formatsFor = (wanted: Wanted): readonly Format[] =>
  isNarrowed(wanted) ? FORMATS.filter((format) => format !== 'bundle') : FORMATS;

export const isNarrowed = ({ q, from, to }: Wanted): boolean => q !== null || from !== null || to !== null;

/** The line of an export, or what of it no export is asked for with. */
export type AskedCalls =
  | { readonly ok: true; readonly line: string }
  | { readonly ok: false; readonly part: string; readonly why: string };

/**
 * An export is a record: what once meant something else in one is spelled so that it cannot. SECURITY: what cannot be read, as
 * it is asked or as it is spelled, is no line at all: an empty one asks for every call.
 */
export function askedCalls({ q, from, to }: Wanted): AskedCalls {
  const times = Object.entries({ from, to }).flatMap(([name, value]) =>
    value === null ? [] : [`${name}:${value}`],
  );
  const { query, faults } = readQuery(q ?? '');
  const line = [printQuery(query, { forRecord: true }), ...times].filter((part) => part !== '').join(' ');
  const [unasked, unread] = [faults[0], readQuery(line, 'record').faults[0]];
  if (unasked !== undefined) return { ok: false, ...faultIn(q ?? '', unasked) };
  if (unread !== undefined) return { ok: false, ...faultIn(line, unread) };
  return { ok: true, line };
}

const SHOWN = 60;

function faultIn(
  text: string,
  { from, to, message }: Fault,
): { readonly part: string; readonly why: string } {
  const part = text.slice(from, to);
  return { part: part.length > SHOWN ? `${part.slice(0, SHOWN)}…` : part, why: message };
}

/** @param line as `askedCalls` has it. */
export function exportRequest(
  line: string,
  { format, isAll, reason }: { readonly format: Format; readonly isAll: boolean; readonly reason: string },
) {
  return {
    format,
    ...(format === 'bundle' ? {} : { calls: line }),
    ...(isAll ? { disclose: 'all' as const } : {}),
    reason,
  };
}
