// Changes of single parameters of a request, in its own bytes: what a client calls by the endpoint's name goes on by the
// server's (docs/recording.md, "What is changed on the way").
import { scan } from '../../json/scan.ts';
import { compileShape } from '../../json/shape.ts';
import { editMembers, splice } from '../../json/splice.ts';

const SHAPE = compileShape({ '': {}, params: {}, 'params.ref': {} });

/**
 * @param bytes a request that was read before.
 * @param changes by name: what it is to be; null takes it away.
 * @param within the member of `params` that holds them, or `params` itself.
 */
export function withParams(
  bytes: Uint8Array,
  changes: ReadonlyMap<string, string | number | object | null>,
  within: 'params' | 'params.ref' = 'params',
): Uint8Array {
  return edited(bytes, within, changes);
}

/** An answer of the client, under the id that its server gave the question. */
export function withId(bytes: Uint8Array, id: string | number): Uint8Array {
  return edited(bytes, '', new Map([['id', id]]));
}

function edited(
  bytes: Uint8Array,
  place: string,
  changes: ReadonlyMap<string, string | number | object | null>,
): Uint8Array {
  const scanned = scan(bytes, SHAPE, {
    maxBytes: bytes.byteLength,
    maxKeys: 1_000_000,
    maxItems: 1_000_000,
    tolerant: true,
  });
  const object = scanned.ok ? scanned.value.containers.get(place) : undefined;
  if (object === undefined) return bytes;
  const isThere = [...changes].filter(([name, value]) => value !== null || object.members.has(name));
  const edits = isThere.map(
    ([name, value]) => [name, value === null ? null : JSON.stringify(value)] as const,
  );
  return splice(bytes, editMembers(object, new Map(edits)));
}
