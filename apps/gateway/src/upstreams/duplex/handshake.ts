// Opens a session of the older revisions for the gateway itself, on a connection that many clients will share: it declares no
// abilities, so that the server has no ground to ask anything of anybody.
import type { Result } from '../../errors.ts';
import { isLegacyRevision } from '../../protocols/mcp/operations.ts';
import { readCapped } from '../body.ts';
import type { SendFailure } from '../failures.ts';
import { readRpc } from './rpc.ts';
import type { SharedStream } from './shared-stream.ts';

/** What each client that opens a session is told. */
export interface Hello {
  readonly revision: string;
  /** JSON text of the result of `initialize`, without what belongs to one session alone. */
  readonly result: string;
}

const MAX_BYTES = 1024 * 1024;

export async function shakeHands(
  stream: SharedStream,
  server: string,
  protocolVersion: string,
  version: string,
): Promise<Result<Hello, SendFailure>> {
  const params = { protocolVersion, capabilities: {}, clientInfo: { name: 'countersign', version } };
  const body = Buffer.from(JSON.stringify({ jsonrpc: '2.0', id: 0, method: 'initialize', params }));
  const request = readRpc(body);
  if (request === null) throw new TypeError('the handshake is no message');
  const signal = new AbortController().signal;
  const response = await stream.call({ method: 'POST', headers: new Map(), body, signal }, request, {
    owner: 'gateway',
    isModern: false,
  });
  if (!response.ok) return response;
  const read = await readCapped(response.value.body, MAX_BYTES);
  const answer = read.ok ? readRpc(read.value) : null;
  const result = answer?.value['result'];
  const hello = typeof result === 'object' && result !== null ? helloOf(result) : null;
  if (hello === null) {
    const why = `\`${server}\` did not take \`initialize\`: ${said(answer?.value['error'])}`;
    const message = 'the server behind this gateway could not be opened: tell its operator';
    return { ok: false, error: { code: 'upstream_invalid', reason: why, message, isSent: false } };
  }
  await stream.mux.tell(Buffer.from('{"jsonrpc":"2.0","method":"notifications/initialized"}'));
  return { ok: true, value: hello };
}

function helloOf(result: object): Hello | null {
  const { protocolVersion: revision, capabilities } = result as Readonly<Record<string, unknown>>;
  if (typeof revision !== 'string' || !isLegacyRevision(revision)) return null;
  if (typeof capabilities !== 'object' || capabilities === null) return null;
  // Which messages of a log are whose, and who subscribed to what, cannot be told on a shared process.
  const { logging: _, resources, ...others } = capabilities as Readonly<Record<string, unknown>>;
  const shared = {
    ...others,
    ...(resources === undefined ? {} : { resources: withoutSubscribe(resources) }),
  };
  return { revision, result: JSON.stringify({ ...result, capabilities: shared }) };
}

function withoutSubscribe(resources: unknown): unknown {
  if (typeof resources !== 'object' || resources === null) return resources;
  const { subscribe: _, ...others } = resources as Readonly<Record<string, unknown>>;
  return others;
}

function said(error: unknown): string {
  return error === undefined ? 'its answer cannot be used' : JSON.stringify(error).slice(0, 200);
}
