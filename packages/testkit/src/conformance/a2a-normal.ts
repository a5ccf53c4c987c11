// What two runs of one operation have in common when nothing differs: identifiers, times, addresses and page tokens are replaced by what
// they are, and by which of them they are. What docs/a2a.md says a card is rewritten in is left out of cards.
import { A2AError } from '@a2a-js/sdk/errors';

const UUID = /[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}/g;
const TIME = /\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d+)?Z/g;
const ADDRESS = /(?:http:\/\/)?127\.0\.0\.1:\d+[^"\s]*/g;
const TOKEN = /"(nextPageToken)":"[^"]+"/g;

/** `value` as JSON in which ids are numbered in the order that they come up in. */
export function normalised(value: unknown): string {
  const ids = new Map<string, string>();
  return (JSON.stringify(value, undefined, 1) ?? 'undefined')
    .replaceAll(/"(nextPageToken)": "[^"]+"/g, '"$1": "<token>"')
    .replaceAll(TOKEN, '"$1":"<token>"')
    .replaceAll(TIME, '<time>')
    .replaceAll(ADDRESS, '<address>')
    .replaceAll(UUID, (id) => {
      const known = ids.get(id) ?? `<id ${ids.size + 1}>`;
      ids.set(id, known);
      return known;
    });
}

/** A card without what the gateway puts in place of the agent's own: addresses, ways to authenticate, signatures. */
export function cardWithout(card: unknown): unknown {
  return JSON.parse(
    JSON.stringify(card, (name, value: unknown) => (REWRITTEN.has(name) ? undefined : value)),
  );
}

const REWRITTEN: ReadonlySet<string> = new Set([
  'supportedInterfaces',
  'securitySchemes',
  'securityRequirements',
  'signatures',
]);

/** What a program can tell of an error; its words are everybody's own. */
export function errorOf(error: unknown): object {
  if (!(error instanceof Error)) return { error: String(error) };
  const { name } = error;
  const code = 'code' in error ? error.code : undefined;
  const statusCode = 'statusCode' in error ? error.statusCode : undefined;
  return { error: name, code, statusCode, ...(error instanceof A2AError ? { reason: error.reason } : {}) };
}
