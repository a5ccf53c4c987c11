// Changes of single parameters of a request, in its own bytes: what a client calls by the endpoint's name goes on by the
// server's (docs/recording.md, "What is changed on the way").
import { scan } from '../../json/scan.ts';
import { compileShape } from '../../json/shape.ts';
import { editMembers, replaceValue, splice } from '../../json/splice.ts';
import type { Scanned } from '../../json/types.ts';
import { RELATED_TASK } from '../tasks/related.ts';
import { readName } from './names.ts';
import { relatedTo } from './rename.ts';

const SHAPE = compileShape({
  '': {},
  params: {},
  'params.ref': {},
  'params._meta': {},
  result: {},
  'result._meta': {},
});

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

/** A message of the client that says which task it belongs to: of a task of this server, by the server's own name. */
export function withOwnTask(bytes: Uint8Array, server: string): Uint8Array {
  const scanned = scannedAs(bytes);
  if (scanned === null) return bytes;
  const edits = (['params', 'result'] as const).flatMap((root) => {
    const meta = scanned.containers.get(`${root}._meta`)?.members.get(RELATED_TASK);
    const said = scanned.value[root] as { readonly _meta?: Readonly<Record<string, unknown>> } | undefined;
    if (meta === undefined) return [];
    const related = relatedTo(said?._meta?.[RELATED_TASK], (taskId) => {
      const owned = readName(taskId);
      return owned?.server === server ? owned.own : null;
    });
    return related === null ? [] : [replaceValue(meta, JSON.stringify(related))];
  });
  return edits.length === 0 ? bytes : splice(bytes, edits);
}

function edited(
  bytes: Uint8Array,
  place: string,
  changes: ReadonlyMap<string, string | number | object | null>,
): Uint8Array {
  const object = scannedAs(bytes)?.containers.get(place);
  if (object === undefined) return bytes;
  const isThere = [...changes].filter(([name, value]) => value !== null || object.members.has(name));
  const edits = isThere.map(
    ([name, value]) => [name, value === null ? null : JSON.stringify(value)] as const,
  );
  return splice(bytes, editMembers(object, new Map(edits)));
}

function scannedAs(bytes: Uint8Array): Scanned | null {
  const scanned = scan(bytes, SHAPE, {
    maxBytes: bytes.byteLength,
    maxKeys: 1_000_000,
    maxItems: 1_000_000,
    tolerant: true,
  });
  return scanned.ok ? scanned.value : null;
}
