// What an export is asked for with: the calls that a search asks for, in the words of the API. Pure.

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
  readonly where: string | null;
  readonly from: string | null;
  readonly to: string | null;
}

/** Bundles are of what they can state: of what a query narrows down only the other formats are. */
export const formatsFor = (wanted: Wanted): readonly Format[] =>
  isNarrowed(wanted) ? FORMATS.filter((format) => format !== 'bundle') : FORMATS;

export const isNarrowed = ({ where, from, to }: Wanted): boolean =>
  where !== null || from !== null || to !== null;

export function exportRequest(
  { where, from, to }: Wanted,
  { format, isAll, reason }: { readonly format: Format; readonly isAll: boolean; readonly reason: string },
) {
  const filters = Object.entries({ where, from, to }).flatMap(([name, value]) =>
    value === null ? [] : [`${name}:${JSON.stringify(value)}`],
  );
  return {
    format,
    ...(format === 'bundle' ? {} : { calls: filters.join(' ') }),
    ...(isAll ? { disclose: 'all' as const } : {}),
    reason,
  };
}
