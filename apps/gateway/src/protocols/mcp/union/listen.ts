// `subscriptions/listen` at the endpoint for all servers: one stream that is told what each of them tells its own. It begins with
// one acknowledgement, of what they took together, and ends with a result when the last of them has ended.
import { createSseSplitter, formatEvent, type SsePiece, withData } from '../../sse.ts';
import { type Filter, filterJson, LIST_KINDS, readFilter, SUBSCRIPTION_ID } from '../listen-filter.ts';
import { readMessage } from '../message.ts';
import { innerRequest, isStream, readInner } from './inner.ts';
import { nameAt, readName, readUri, uriAt } from './names.ts';
import { withParams } from './params.ts';
import { renamed } from './rename.ts';
import { serversFor } from './servers.ts';
import { type AskingRequest, type Missing, MISSING_META, type UnionDeps } from './types.ts';
import { refused } from './words.ts';

type Pieces = AsyncGenerator<SsePiece, void, undefined>;

interface Part {
  readonly server: string;
  readonly pieces: Pieces;
  readonly taken: Filter;
}

const ACKNOWLEDGED = 'notifications/subscriptions/acknowledged';
const ACKNOWLEDGE_MS = 20_000;
const METHOD_NOT_FOUND = -32601;

export async function listenToAll(asking: AskingRequest, deps: UnionDeps): Promise<Response> {
  const { message, caller } = asking;
  const filter = readFilter(message.params);
  if (filter === null)
    return refused(
      asking,
      INVALID,
      '`notifications` must say what to be told of: see `subscriptions/listen`',
    );
  const servers = (await serversFor(caller, deps)).map(({ name }) => name);
  const opened = await Promise.all(
    servers.map(async (server) => openPart(server, ownOf(filter, server), asking, deps)),
  );
  const parts = opened.filter((part): part is Part => part !== null && 'pieces' in part);
  const missing = opened.filter((part): part is Missing => part !== null && 'reason' in part);
  if (parts.length === 0)
    return refused(asking, INVALID, 'no server took any of what was asked for', { [MISSING_META]: missing });
  return new Response(told(asking, parts, missing), {
    status: 200,
    headers: {
      'content-type': 'text/event-stream',
      'cache-control': 'no-store',
      'x-accel-buffering': 'no',
    },
  });
}

const INVALID = { code: 'invalid_arguments', rpcCode: -32602 } as const;

/** What of a filter concerns a server, in its own words. */
function ownOf({ lists, uris, tasks }: Filter, server: string): Filter {
  const own = uris.flatMap((uri) => {
    const owned = readUri(uri);
    return owned?.server === server ? [owned.own] : [];
  });
  const ownTasks = tasks.flatMap((task) => {
    const owned = readName(task);
    return owned?.server === server ? [owned.own] : [];
  });
  return { lists, uris: own, tasks: ownTasks };
}

async function openPart(
  server: string,
  own: Filter,
  { request, body, message }: AskingRequest,
  deps: UnionDeps,
): Promise<Part | Missing | null> {
  if (own.lists.size === 0 && own.uris.length === 0 && own.tasks.length === 0) return null;
  const narrowed = withParams(body.bytes, new Map([['notifications', filterJson(own)]]));
  const response = await deps.serve(innerRequest(request, { body: narrowed, cameAs: body.sha256 }), server);
  if (response.status !== 200 || response.body === null || !isStream(response.headers)) {
    const said = await readInner(response, message.id, deps.mcp.responseBytes);
    // It has nothing to subscribe to, or nothing of it was granted: then there is nothing to miss.
    const isNone = !said.ok && (said.code === METHOD_NOT_FOUND || said.code === INVALID.rpcCode);
    return isNone ? null : { server, reason: said.ok ? 'it gave no stream' : said.reason };
  }
  const pieces = piecesOf(response.body, deps.mcp.eventBytes);
  const taken = await acknowledged(pieces);
  if (taken !== null) return { server, pieces, taken };
  await pieces.return().catch(() => undefined);
  return { server, reason: 'it did not acknowledge the subscription' };
}

async function* piecesOf(body: ReadableStream<Uint8Array>, eventBytes: number): Pieces {
  const splitter = createSseSplitter(eventBytes);
  for await (const chunk of body) yield* splitter.push(chunk);
}

/** The gateway sees to it that the acknowledgement is what a stream begins with. */
async function acknowledged(pieces: Pieces): Promise<Filter | null> {
  const late = Promise.withResolvers<null>();
  const timer = setTimeout(() => late.resolve(null), ACKNOWLEDGE_MS);
  const first = async (): Promise<Filter | null> => {
    for (;;) {
      const next = await pieces.next();
      if (next.done === true) return null;
      if (next.value.data === null) continue;
      const message = readMessage(next.value.data);
      const params = message?.['params'];
      return message?.['method'] === ACKNOWLEDGED && typeof params === 'object' && params !== null
        ? readFilter(params as Readonly<Record<string, unknown>>)
        : null;
    }
  };
  try {
    return await Promise.race([first(), late.promise]);
  } catch {
    return null;
  } finally {
    clearTimeout(timer);
  }
}

function told(
  { message: { id } }: AskingRequest,
  parts: readonly Part[],
  missing: readonly Missing[],
): ReadableStream<Uint8Array> {
  const { readable, writable } = new TransformStream<Uint8Array, Uint8Array>();
  const writer = writable.getWriter();
  const say = (message: object) =>
    writer.write(Buffer.from(formatEvent({ data: JSON.stringify({ jsonrpc: '2.0', ...message }) })));
  const meta = { [SUBSCRIPTION_ID]: id };
  const lists = new Set(LIST_KINDS.filter((kind) => parts.some(({ taken }) => taken.lists.has(kind))));
  const uris = parts.flatMap(({ server, taken }) => taken.uris.map((uri) => uriAt(server, uri)));
  const tasks = parts.flatMap(({ server, taken }) => taken.tasks.map((task) => nameAt(server, task)));
  const _meta = missing.length === 0 ? meta : { ...meta, [MISSING_META]: missing };

  const pump = async ({ server, pieces }: Part): Promise<void> => {
    for await (const piece of pieces) {
      if (piece.data === null || piece.data.byteLength === 0) {
        await writer.write(piece.raw);
        continue;
      }
      // A server's own end is not the end of all.
      if (typeof readMessage(piece.data)?.['method'] !== 'string') continue;
      const own = renamed(server, piece.data);
      await writer.write(own === piece.data ? piece.raw : withData(piece, Buffer.from(own).toString('utf8')));
    }
  };
  const end = (): void => {
    for (const { pieces } of parts) pieces.return().catch(() => undefined);
  };
  const run = async (): Promise<void> => {
    await say({
      method: ACKNOWLEDGED,
      params: { notifications: filterJson({ lists, uris, tasks }), _meta },
    });
    // One that breaks off takes only its own part away.
    await Promise.allSettled(parts.map(pump));
    await say({ id, result: { resultType: 'complete', _meta: meta } });
    await writer.close();
  };
  writer.closed.catch(end);
  run().catch(() => {
    end();
    writer.abort().catch(() => undefined);
  });
  return readable;
}
