// A task of the gateway's own that has become another name for one of its server: the server's id goes out, the gateway's comes
// back. Both are on the closed list of rewrites (docs/recording.md).
import type { AuthenticatedCall } from '../../../../pipeline/types.ts';
import { rawBody } from '../../../http.ts';
import { scan } from '../../../json/scan.ts';
import { compileShape } from '../../../json/shape.ts';
import { editMembers, splice } from '../../../json/splice.ts';
import { createSseSplitter, withData } from '../../../sse.ts';
import { readEnvelope } from '../../envelope.ts';

const REQUEST = compileShape({ params: { known: ['taskId'] } });
const ANSWER = compileShape({ result: { known: ['taskId'] } });
/** Whatever the operator's limits are: what is read here was within them. */
const UNLIMITED = { maxBytes: 1e9, maxDepth: 1e6, maxKeys: 1e8, maxItems: 1e8 };

/** The request as its server knows the task. */
export function aboutTask(call: AuthenticatedCall, id: string): AuthenticatedCall {
  const scanned = scan(call.outbound.bytes, REQUEST, UNLIMITED);
  const params = scanned.ok ? scanned.value.containers.get('params') : undefined;
  if (params === undefined) throw new Error('a request about a task cannot be read again');
  const outbound = rawBody(
    splice(call.outbound.bytes, editMembers(params, new Map([['taskId', JSON.stringify(id)]]))),
  );
  const read = readEnvelope(outbound.bytes, UNLIMITED);
  if (!read.ok || read.value.kind === 'answer')
    throw new Error('a request about a task cannot be read again');
  const { message, said } = read.value;
  const headers = new Map(call.http.headers).set('mcp-name', headerOf(id));
  return { ...call, outbound, message, said, http: { ...call.http, headers } };
}

const PLAIN = /^[\x21-\x7e](?:[\x20-\x7e]*[\x21-\x7e])?$/;

// SPEC: MCP 2026-07-28: what is not plain ASCII is Base64 of UTF-8, and what looks like that is, too.
function headerOf(text: string): string {
  if (PLAIN.test(text) && !text.startsWith('=?base64?')) return text;
  return `=?base64?${Buffer.from(text).toString('base64')}?=`;
}

/** The answer as the client knows the task. */
export async function renamedAnswer(
  response: Response,
  from: string,
  to: string,
  maxEventBytes: number,
): Promise<Response> {
  const { status, headers, body } = response;
  if (body === null) return response;
  if (headers.get('content-type')?.startsWith('text/event-stream') !== true) {
    const bytes = new Uint8Array(await response.arrayBuffer());
    return new Response(new Uint8Array(renamed(bytes, from, to)), { status, headers });
  }
  const splitter = createSseSplitter(maxEventBytes);
  const renaming = new TransformStream<Uint8Array, Uint8Array>({
    transform(chunk, controller) {
      for (const piece of splitter.push(chunk)) {
        const told = piece.data === null ? null : renamed(piece.data, from, to);
        const isSame = told === null || told === piece.data;
        controller.enqueue(isSame ? piece.raw : withData(piece, Buffer.from(told).toString('utf8')));
      }
    },
    flush(controller) {
      const rest = splitter.end();
      if (rest !== null) controller.enqueue(rest.raw);
    },
  });
  return new Response(body.pipeThrough(renaming), { status, headers });
}

function renamed(bytes: Uint8Array, from: string, to: string): Uint8Array {
  const scanned = scan(bytes, ANSWER, { ...UNLIMITED, tolerant: true });
  const result = scanned.ok ? scanned.value.value['result'] : undefined;
  const object = scanned.ok ? scanned.value.containers.get('result') : undefined;
  const isTold = (result as { readonly taskId?: unknown } | undefined | null)?.taskId === from;
  if (object?.kind !== 'object' || !isTold) return bytes;
  return splice(bytes, editMembers(object, new Map([['taskId', JSON.stringify(to)]])));
}
