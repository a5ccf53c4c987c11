// Whose a request is, by what it names; and the request as that server's own endpoint would have got it.
import type { RawBody } from '../../../pipeline/types.ts';
import { type Owned, readName, readUri } from './names.ts';
import { withOwnTask, withParams } from './params.ts';

interface Place {
  readonly within: 'params' | 'params.ref';
  readonly name: string;
  readonly read: (name: string) => Owned | null;
}

const NAME: Place = { within: 'params', name: 'name', read: readName };
const URI: Place = { within: 'params', name: 'uri', read: readUri };
const TASK: Place = { within: 'params', name: 'taskId', read: readName };

/** By method: where it names what it is about. */
const PLACES: ReadonlyMap<string, readonly Place[]> = new Map([
  ['tools/call', [NAME]],
  ['prompts/get', [NAME]],
  ['resources/read', [URI]],
  ['resources/subscribe', [URI]],
  ['resources/unsubscribe', [URI]],
  [
    'completion/complete',
    [
      { ...NAME, within: 'params.ref' },
      { ...URI, within: 'params.ref' },
    ],
  ],
  ['tasks/get', [TASK]],
  ['tasks/result', [TASK]],
  ['tasks/cancel', [TASK]],
  ['tasks/update', [TASK]],
]);

export interface Routed {
  readonly server: string;
  /** The body, in the server's own words. */
  readonly body: Uint8Array;
  /** Of 2026-07-28, which mirrors a name into a header. */
  readonly headers: Readonly<Record<string, string>>;
}

export function isRouted(method: string): boolean {
  return PLACES.has(method);
}

/** Null where nothing at this endpoint is called so. */
export function routeOf(
  message: { readonly method: string; readonly params: Readonly<Record<string, unknown>> },
  body: RawBody,
  headers: ReadonlyMap<string, string>,
): Routed | null {
  for (const { within, name, read } of PLACES.get(message.method) ?? []) {
    const holder = within === 'params' ? message.params : message.params['ref'];
    const said = (holder as Readonly<Record<string, unknown>> | null | undefined)?.[name];
    const owned = typeof said === 'string' ? read(said) : null;
    if (owned === null || typeof said !== 'string') continue;
    const mirror = headers.get('mcp-name');
    return {
      server: owned.server,
      body: withOwnTask(withParams(body.bytes, new Map([[name, owned.own]]), within), owned.server),
      // It says what the body says: that was checked.
      headers: mirror === undefined ? {} : { 'mcp-name': headerOf(owned.own) },
    };
  }
  return null;
}

/** As `headerText` reads it back (protocols.md 1.3). */
function headerOf(text: string): string {
  const isPlain = /^[\x21-\x7e](?:[\x20-\x7e]*[\x21-\x7e])?$/.test(text) && !text.startsWith('=?');
  return isPlain ? text : `=?base64?${Buffer.from(text).toString('base64')}?=`;
}
