// How what a server offers is called at the endpoint for all of them. Every name says whose it is, so that none can be
// another server's, and reading it back needs no table: what a client was told survives restarts and lists that changed.
import { NAME } from '../../../registry/names.ts';

const SEPARATOR = '__';
const URIS = 'countersign://';

/** A server, and its own name, URI or id for something. */
export interface Owned<Own = string> {
  readonly server: string;
  readonly own: Own;
}

/** `a__b` with a tool `c` and `a` with a tool `b__c` would be one name: a server that is called so is not offered. */
export function hasOwnPrefix(server: string): boolean {
  return !server.includes(SEPARATOR);
}

/** `<server>__<name>`, of tools, prompts and tasks. */
export function nameAt(server: string, name: string): string {
  return `${server}${SEPARATOR}${name}`;
}

export function readName(name: string): Owned | null {
  const at = name.indexOf(SEPARATOR);
  return at === -1 ? null : owned(name.slice(0, at), name.slice(at + SEPARATOR.length));
}

/** `countersign://<server>/<uri>`, of resources and their templates; the server's own URI stays as it is written. */
export function uriAt(server: string, uri: string): string {
  return `${URIS}${server}/${uri}`;
}

export function readUri(uri: string): Owned | null {
  if (!uri.startsWith(URIS)) return null;
  const at = uri.indexOf('/', URIS.length);
  return at === -1 ? null : owned(uri.slice(URIS.length, at), uri.slice(at + 1));
}

/** Of requests that servers make, and of event streams: two servers may count alike. */
export function idAt(server: string, id: string | number): string {
  return `${server}:${JSON.stringify(id)}`;
}

export function readId(id: unknown): Owned<string | number> | null {
  if (typeof id !== 'string') return null;
  const at = id.indexOf(':');
  const server = id.slice(0, at);
  if (at === -1 || !NAME.test(server)) return null;
  try {
    const own: unknown = JSON.parse(id.slice(at + 1));
    return typeof own === 'string' || Number.isSafeInteger(own)
      ? { server, own: own as string | number }
      : null;
  } catch {
    return null;
  }
}

function owned(server: string, own: string): Owned | null {
  return NAME.test(server) && own !== '' ? { server, own } : null;
}
