// What an export is asked for with: the calls that a search asks for, in the words of the API. Pure.
import { printQuery, readQuery } from '@countersign/gateway/search/language';

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

export function exportRequest(
  { q, from, to }: Wanted,
  { format, isAll, reason }: { readonly format: Format; readonly isAll: boolean; readonly reason: string },
) {
  const times = Object.entries({ from, to }).flatMap(([name, value]) =>
    value === null ? [] : [`${name}:${value}`],
  );
  // An export is a record: what once meant something else in one is spelled so that it cannot.
  const asked = q === null ? [] : [printQuery(readQuery(q).query, { forRecord: true })];
  return {
    format,
    ...(format === 'bundle' ? {} : { calls: [...asked, ...times].join(' ') }),
    ...(isAll ? { disclose: 'all' as const } : {}),
    reason,
  };
}
