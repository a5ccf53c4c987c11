// Opens an MCP server for the gateway itself, in whichever era it speaks (protocols.md 1.1).
import type { Revision } from '@countersign/audit';
import type { JsonObject } from '../protocols/json/types.ts';
import {
  ask,
  type AskOptions,
  fault,
  objectIn,
  type PeerAnswer,
  type PeerFault,
  type PeerResult,
  tell,
} from './ask.ts';

export interface Peer {
  readonly revision: Revision;
  readonly capabilities: JsonObject;
  /** What it answered to the handshake or to discovery. */
  readonly hello: JsonObject;
  request(method: string, params: JsonObject): Promise<PeerResult<PeerAnswer>>;
  /** Ends the session where there is one; failing at that is no failure. */
  close(): Promise<void>;
}

export interface PeerOptions extends AskOptions {
  /** The gateway's own version, for `clientInfo`. */
  readonly version: string;
  /** How long a server may think about a question of an era that it may not know. */
  readonly probeMs: number;
}

const MODERN = '2026-07-28';
const NEWEST_LEGACY = '2025-11-25';
const LEGACY = ['2024-11-05', '2025-03-26', '2025-06-18', NEWEST_LEGACY] as const;
const CLOSE_MS = 5_000;

/**
 * Opens a server: statelessly if it speaks 2026-07-28, else with a session. The newer era comes first, because asking
 * costs a server nothing, while the handshake of the older leaves a session behind.
 */
export async function openPeer(options: PeerOptions): Promise<PeerResult<Peer>> {
  const modern = await openModern(options);
  if (modern.ok || modern.error.kind === 'unreachable') return modern;
  // A server that says what it speaks is believed: no other handshake is of use to it.
  if (speaksOnlyModern(modern.error)) return modern;
  const legacy = await openLegacy(options);
  if (legacy.ok || legacy.error.kind !== 'refused') return legacy;
  return fault('refused', `${modern.error.reason}, and ${legacy.error.reason}`);
}

function speaksOnlyModern(error: PeerFault): boolean {
  const supported = error.kind === 'refused' ? error.supported : undefined;
  return supported?.includes(MODERN) === true && !LEGACY.some((version) => supported.includes(version));
}

async function openModern(options: PeerOptions): Promise<PeerResult<Peer>> {
  let lastId = 0;
  const meta = {
    'io.modelcontextprotocol/protocolVersion': MODERN,
    'io.modelcontextprotocol/clientCapabilities': {},
    'io.modelcontextprotocol/clientInfo': clientInfo(options),
  };
  const request = (
    method: string,
    params: JsonObject,
    signal = options.signal,
  ): Promise<PeerResult<PeerAnswer>> => {
    const message = { id: ++lastId, method, params: { ...params, _meta: meta } };
    const mirrors = new Map([
      ['mcp-protocol-version', MODERN],
      ['mcp-method', method],
    ]);
    return ask({ ...options, signal }, message, mirrors);
  };
  const probe = AbortSignal.any([options.signal, AbortSignal.timeout(options.probeMs)]);
  let discovered = await request('server/discover', {}, probe);
  // SPEC: a client that is told which versions a server speaks asks again in one of them.
  if (!discovered.ok && discovered.error.kind === 'refused' && discovered.error.supported?.includes(MODERN))
    discovered = await request('server/discover', {}, probe);
  if (!discovered.ok) return discovered;
  const { result } = discovered.value;
  const capabilities = objectIn(result, 'capabilities');
  const versions = result['supportedVersions'];
  if (capabilities === null || (Array.isArray(versions) && !versions.includes(MODERN))) {
    return fault('refused', `it does not offer MCP ${MODERN}`);
  }
  const peer: Peer = {
    revision: MODERN,
    capabilities,
    hello: result,
    request: (method, params) => request(method, params),
    close: () => Promise.resolve(),
  };
  return { ok: true, value: peer };
}

async function openLegacy(options: PeerOptions): Promise<PeerResult<Peer>> {
  let lastId = 1;
  const hello = { protocolVersion: NEWEST_LEGACY, capabilities: {}, clientInfo: clientInfo(options) };
  const opened = await ask(options, { id: lastId, method: 'initialize', params: hello }, new Map());
  if (!opened.ok) return opened;
  const version = opened.value.result['protocolVersion'];
  const revision = LEGACY.find((each) => each === version);
  const capabilities = objectIn(opened.value.result, 'capabilities');
  if (revision === undefined || capabilities === null) {
    return fault('refused', `it answered \`initialize\` with version ${JSON.stringify(version)}`);
  }
  const session = opened.value.headers.get('mcp-session-id');
  const headers = new Map([['mcp-protocol-version', revision as string]]);
  if (session !== undefined) headers.set('mcp-session-id', session);
  await tell(options, 'POST', headers, Buffer.from('{"jsonrpc":"2.0","method":"notifications/initialized"}'));
  const peer: Peer = {
    revision,
    capabilities,
    hello: opened.value.result,
    request: (method, params) => ask(options, { id: ++lastId, method, params }, headers),
    async close() {
      // Not with the signal of the whole: a session must not outlive the time that was given to it.
      const signal = AbortSignal.timeout(CLOSE_MS);
      if (session !== undefined) await tell({ ...options, signal }, 'DELETE', headers, null);
    },
  };
  return { ok: true, value: peer };
}

function clientInfo({ version }: PeerOptions): JsonObject {
  return { name: 'countersign', version };
}
