// Which revision of MCP a message speaks, decided on the parsed body. The mirrored headers are only ever checked to
// agree with it: two readers that take the method from different places are a way around policy (protocols.md 1.3).
import type { Revision } from '@countersign/audit';
import { ok, refuse, type Result } from '../../errors.ts';
import type { JsonRpcMessage, Target } from '../../pipeline/types.ts';
import { headerText } from '../../upstreams/param-headers.ts';
import { isLegacyRevision, LEGACY_REVISIONS, MODERN_REVISION } from './operations.ts';

export type Era =
  | { readonly kind: 'legacy'; readonly revision: Revision | null }
  | { readonly kind: 'modern' };

const VERSION_KEY = 'io.modelcontextprotocol/protocolVersion';
const CAPABILITIES_KEY = 'io.modelcontextprotocol/clientCapabilities';

/** `revision: null` is a legacy message without a version header: its session knows. */
export function eraOf(headers: ReadonlyMap<string, string>, message: JsonRpcMessage | null): Result<Era> {
  const header = headers.get('mcp-protocol-version');
  const meta = message?.params['_meta'] as Readonly<Record<string, unknown>> | undefined;
  const claimed = meta?.[VERSION_KEY];
  if (claimed !== undefined || header === MODERN_REVISION) {
    if (claimed === undefined && message !== null)
      return refuse('malformed_request', 'no version in `_meta`', `\`_meta\` must hold \`${VERSION_KEY}\``, {
        rpcCode: -32602,
      });
    if (claimed !== header) return mismatch('MCP-Protocol-Version', header, String(claimed));
    // What else this gateway speaks opens with `initialize`, and says nothing of itself in `_meta`.
    if (claimed !== MODERN_REVISION) return unsupported(claimed, [MODERN_REVISION]);
    if (typeof meta?.[CAPABILITIES_KEY] !== 'object') {
      return refuse(
        'malformed_request',
        'no client capabilities',
        `\`_meta\` must hold \`${CAPABILITIES_KEY}\``,
        { rpcCode: -32602 },
      );
    }
    return ok({ kind: 'modern' });
  }
  if (message?.method === 'initialize') {
    const wanted = message.params['protocolVersion'];
    if (typeof wanted !== 'string')
      return refuse('malformed_request', 'initialize without version', '`protocolVersion` must be a string', {
        rpcCode: -32602,
      });
    // A version that nobody knows is for the server to negotiate down; the session takes what the server answers.
    return ok({ kind: 'legacy', revision: isLegacyRevision(wanted) ? wanted : null });
  }
  if (header === undefined) return ok({ kind: 'legacy', revision: null });
  return isLegacyRevision(header) ? ok({ kind: 'legacy', revision: header }) : unsupported(header);
}

/** 2026-07-28: the headers mirror the body, or the request is refused with -32020. */
export function checkMirrors(
  headers: ReadonlyMap<string, string>,
  message: JsonRpcMessage,
  target: Target,
): Result<void> {
  const method = headers.get('mcp-method');
  if (method === undefined || headerText(method) !== message.method)
    return mismatch('Mcp-Method', method, message.method);
  const isTask = ['tasks/get', 'tasks/update', 'tasks/cancel'].includes(message.method);
  const own = target.kind === 'resource' ? target.uri : 'name' in target ? target.name : null;
  const named = isTask ? String(message.params['taskId']) : own;
  const isNamed = isTask || ['tools/call', 'prompts/get', 'resources/read'].includes(message.method);
  const name = headers.get('mcp-name');
  if (isNamed ? name === undefined || headerText(name) !== named : false)
    return mismatch('Mcp-Name', name, named ?? '');
  return ok(undefined);
}

function mismatch(header: string, got: string | undefined, want: string): Result<never> {
  const was = got === undefined ? 'is missing' : `is \`${got}\``;
  return refuse(
    'header_mismatch',
    `${header} ${was}, body says \`${want}\``,
    `the header \`${header}\` ${was} but the body says \`${want}\``,
  );
}

function unsupported(
  version: unknown,
  supported: readonly string[] = [MODERN_REVISION, ...LEGACY_REVISIONS],
): Result<never> {
  return refuse(
    'unsupported_version',
    `protocol version \`${String(version)}\``,
    `this gateway does not speak MCP \`${String(version)}\``,
    {
      rpcCode: -32022,
      data: { supported, requested: String(version) },
    },
  );
}
