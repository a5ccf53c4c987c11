// The columns of the list besides the call itself, and which of them somebody chose: part of the address, once it is another choice
// than the usual one.

/** In the order in which they stand. */
export const COLUMNS = [
  'time',
  'agent',
  'decision',
  'outcome',
  'policy',
  'chain',
  'owner',
  'team',
  'subject',
  'server',
  'duration',
] as const;

export type ColumnName = (typeof COLUMNS)[number];

export const USUAL: readonly ColumnName[] = ['time', 'agent', 'decision', 'outcome', 'policy', 'chain'];

/** Always shown: the name of a choice of nothing else. */
const CALL = 'call';

/** As an address says it: names with commas between, in their order; undefined: the usual ones. */
export function columnsText(chosen: readonly ColumnName[]): string | undefined {
  const names = COLUMNS.filter((name) => chosen.includes(name));
  const text = names.length === 0 ? CALL : names.join();
  return text === USUAL.join() ? undefined : text;
}

/** Reads what an address says. Names that are not known were not said. */
export function readColumns(said: unknown): string | undefined {
  if (typeof said !== 'string') return undefined;
  const names = new Set(said.split(','));
  const chosen = COLUMNS.filter((name) => names.has(name));
  return chosen.length === 0 && !names.has(CALL) ? undefined : columnsText(chosen);
}

/** @param text as `readColumns` has it */
export const columnsOf = (text: string | undefined): readonly ColumnName[] =>
  text === undefined ? USUAL : COLUMNS.filter((name) => text.split(',').includes(name));

/** How much each column takes of what those of a fixed width leave. */
const SHARES: Readonly<Partial<Record<string, number>>> = {
  agent: 9,
  call: 19,
  outcome: 12,
  policy: 14,
  owner: 8,
  team: 7,
  subject: 9,
  server: 8,
};

/** In percent, of the columns that have one; together 100, whatever was chosen, so that nothing that stands in a row has a say. */
export function widthsOf(chosen: readonly ColumnName[]): ReadonlyMap<string, string> {
  const shares = [CALL, ...chosen].flatMap((name) => {
    const share = SHARES[name];
    return share === undefined ? [] : [[name, share] as const];
  });
  const all = shares.reduce((sum, [, share]) => sum + share, 0);
  return new Map(shares.map(([name, share]) => [name, `${((100 * share) / all).toFixed(3)}%`]));
}
