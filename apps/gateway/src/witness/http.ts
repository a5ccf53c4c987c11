// The HTTP side of a witness: three paths, small bodies, no state of its own. Needs no authentication: only a log's own
// signature gets anything done.
import type { NoteVerifier } from '@countersign/audit';
import type { WitnessState } from './state.ts';
import { MAX_SUBMISSION_BYTES, originHash } from './wire.ts';
import type { Witness } from './witness.ts';

export interface WitnessHttp {
  readonly witness: Witness;
  readonly state: WitnessState;
  readonly logs: readonly NoteVerifier[];
  /** A failure that leaves what is on disk in doubt: the process must end. */
  readonly onFailure: (error: unknown) => void;
}

export function witnessHttp({ witness, state, logs, onFailure }: WitnessHttp) {
  const origins = new Map(logs.map(({ name }) => [originHash(name), name]));
  return async (request: Request): Promise<Response> => {
    const { pathname } = new URL(request.url);
    if (pathname === '/add-checkpoint') {
      if (request.method !== 'POST') return plain(405, 'use POST', { allow: 'POST' });
      const body = await read(request);
      if (body === null) return plain(413, `the body is longer than ${MAX_SUBMISSION_BYTES} bytes`);
      try {
        const answer = await witness.addCheckpoint(body);
        return new Response(answer.body, { status: answer.status, headers: { 'content-type': answer.type } });
      } catch (error) {
        onFailure(error);
        return plain(503, 'the witness cannot keep what it saw');
      }
    }
    if (request.method !== 'GET' && request.method !== 'HEAD')
      return plain(405, 'use GET', { allow: 'GET, HEAD' });
    if (pathname === '/health/live') return plain(200, 'ok');
    const [, hash = '', what = ''] = /^\/([0-9a-f]{64})\/(checkpoint|conflict)$/.exec(pathname) ?? [];
    const origin = origins.get(hash);
    if (origin === undefined) return plain(404, 'nothing is here');
    if (what === 'checkpoint') {
      const head = state.head(origin);
      return head === null
        ? plain(404, 'this witness never cosigned a checkpoint of the log')
        : note(head.note);
    }
    const conflict = state.conflict(origin);
    return conflict === null
      ? plain(404, 'this witness never saw the log contradict itself')
      : note(`${conflict.held}\n${conflict.other}`);
  };
}

/** The whole body, or null when it is too long. */
async function read(request: Request): Promise<Uint8Array | null> {
  const chunks: Uint8Array[] = [];
  let length = 0;
  if (request.body === null) return new Uint8Array(0);
  for await (const chunk of request.body) {
    length += chunk.length;
    if (length > MAX_SUBMISSION_BYTES) return null;
    chunks.push(chunk);
  }
  return new Uint8Array(Buffer.concat(chunks));
}

function note(body: string): Response {
  return new Response(body, {
    headers: { 'content-type': 'text/plain; charset=utf-8', 'cache-control': 'no-cache' },
  });
}

function plain(status: number, message: string, headers: Readonly<Record<string, string>> = {}): Response {
  return new Response(`${message}\n`, {
    status,
    headers: { 'content-type': 'text/plain; charset=utf-8', ...headers },
  });
}
