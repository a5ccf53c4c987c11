// What a server says, in the names of the endpoint for all servers: URIs of resources, ids of tasks, and ids of the requests it
// makes. Everything else passes as its server wrote it.
import { scan } from '../../json/scan.ts';
import { compileShape } from '../../json/shape.ts';
import { type Edit, replaceValue, splice } from '../../json/splice.ts';
import type { Container, Scanned } from '../../json/types.ts';
import { type LongReader, readLongEvent } from '../../sse-long.ts';
import { createSseSplitter, type SsePiece } from '../../sse.ts';
import { RELATED_TASK } from '../tasks/related.ts';
import { idAt, nameAt, uriAt } from './names.ts';

const SHAPE = compileShape({
  '': {},
  result: {},
  'result.task': {},
  'result.contents.*': {},
  'result.content.*': {},
  'result.content.*.resource': {},
  'result.messages.*.content': {},
  'result.messages.*.content.resource': {},
  // What a task came to, in the answer to a poll.
  'result.result.content.*': {},
  'result.result.content.*.resource': {},
  params: {},
  'params._meta': {},
  'result._meta': {},
});

/** Paths of objects whose `uri` names a resource of the server. */
const WITH_URI =
  /^result\.(contents\.\d+|(result\.)?content\.\d+(\.resource)?|messages\.\d+\.content(\.resource)?)$/;
/** Paths of objects whose `taskId` names a task of the server. */
const WITH_TASK = /^(result(\.task)?|params)$/;
/** Of objects that may say which task they belong to. */
const WITH_META = ['params._meta', 'result._meta'];

/** A message of the server; as it is where it cannot be read, since nobody can act on that. */
export function renamed(server: string, bytes: Uint8Array): Uint8Array {
  const scanned = scan(bytes, SHAPE, {
    maxBytes: bytes.byteLength,
    maxKeys: 1_000_000,
    maxItems: 1_000_000,
    tolerant: true,
  });
  if (!scanned.ok) return bytes;
  const edits = editsOf(server, scanned.value);
  return edits.length === 0 ? bytes : splice(bytes, edits);
}

function editsOf(server: string, { value, containers }: Scanned): Edit[] {
  const edits: Edit[] = [];
  const put = (object: Container | undefined, name: string, own: unknown, text: (own: never) => string) => {
    const member = object?.members.get(name);
    const isName = typeof own === 'string' || Number.isSafeInteger(own);
    if (member !== undefined && isName) edits.push(replaceValue(member, JSON.stringify(text(own as never))));
  };
  const isAsked = typeof value['method'] === 'string';
  const at = (path: string): unknown => path.split('.').reduce<unknown>(memberOf, value);
  if (isAsked) {
    const params = containers.get('params');
    const id = (own: string | number) => idAt(server, own);
    put(containers.get(''), 'id', value['id'], id);
    put(params, 'requestId', at('params.requestId'), id);
    // A progress token of a question: the client will name it, to nobody in particular.
    if (value['id'] !== undefined)
      put(containers.get('params._meta'), 'progressToken', at('params._meta.progressToken'), id);
    if (value['method'] === 'notifications/resources/updated')
      put(params, 'uri', at('params.uri'), (own: string) => uriAt(server, own));
  }
  for (const [path, object] of containers) {
    if (WITH_URI.test(path)) put(object, 'uri', at(`${path}.uri`), (own: string) => uriAt(server, own));
    // What a server asks about the tasks of its client has the client's own names for them.
    const isOfClient = isAsked && value['id'] !== undefined;
    if (WITH_TASK.test(path) && !isOfClient)
      put(object, 'taskId', at(`${path}.taskId`), (own: string) => nameAt(server, own));
  }
  for (const path of WITH_META) {
    const member = containers.get(path)?.members.get(RELATED_TASK);
    const related = relatedTo(memberOf(at(path), RELATED_TASK), (own) => nameAt(server, own));
    if (member !== undefined && related !== null) edits.push(replaceValue(member, JSON.stringify(related)));
  }
  return edits;
}

/** The metadata with another name for its task; null where it names none. */
export function relatedTo(related: unknown, name: (taskId: string) => string | null): object | null {
  const taskId = memberOf(related, 'taskId');
  const other = typeof taskId === 'string' ? name(taskId) : null;
  return other === null ? null : { ...(related as object), taskId: other };
}

function memberOf(value: unknown, name: string): unknown {
  return typeof value === 'object' && value !== null && Object.hasOwn(value, name)
    ? (value as Readonly<Record<string, unknown>>)[name]
    : undefined;
}

/**
 * The events of a server, under names and ids of the endpoint. One that is larger than `heldBytes` passes as it comes, in its
 * server's own names: it is not held to be read.
 */
export function renamedEvents(
  server: string,
  { eventBytes, heldBytes }: { readonly eventBytes: number; readonly heldBytes: number },
): TransformStream<Uint8Array, Uint8Array> {
  const splitter = createSseSplitter(eventBytes);
  let long: LongReader | null = null;
  return new TransformStream({
    transform(chunk, out) {
      let rest: Uint8Array | null = chunk;
      if (long !== null) {
        rest = long.push(chunk);
        out.enqueue(rest === null ? chunk : chunk.subarray(0, chunk.length - rest.length));
        if (rest === null) return;
        long = null;
      }
      for (const piece of splitter.push(rest)) out.enqueue(eventOf(server, piece));
      if (splitter.pending <= heldBytes) return;
      const begun = splitter.take();
      long = readLongEvent({ data: () => undefined, id: () => undefined });
      long.push(begun);
      out.enqueue(begun);
    },
    // An event that never ended is none: whoever dispatched it would act on half a message.
  });
}

function eventOf(server: string, piece: SsePiece): Uint8Array {
  const { raw, data, id, retry, event } = piece;
  if (data === null && id === null && retry === null) return raw;
  const said = data === null || data.byteLength === 0 ? data : renamed(server, data);
  if (said === data && id === null) return raw;
  const lines = [
    `event: ${event}\n`,
    id === null ? '' : `id: ${idAt(server, id)}\n`,
    retry === null ? '' : `retry: ${retry}\n`,
    said === null
      ? ''
      : `data: ${Buffer.from(said)
          .toString('utf8')
          .replaceAll(/\r\n|\r|\n/g, '\ndata: ')}\n`,
  ];
  return Buffer.from(`${lines.join('')}\n`);
}
