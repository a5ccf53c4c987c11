// What the parts of the endpoint for all servers hand to each other.
import type { Id } from '@countersign/audit';
import type { AuthenticatedCall, JsonRpcMessage, RawBody } from '../../../pipeline/types.ts';
import type { ServerCatalog } from '../../../upstreams/catalog.ts';
import type { HttpRequest } from '../../http.ts';
import type { McpEndpointDeps } from '../endpoint.ts';
import type { UnionSession, UnionSessions } from './sessions.ts';

export interface UnionDeps {
  readonly mcp: McpEndpointDeps;
  /** A server's own endpoint, for tokens of this one: everything that is decided or recorded is so there. */
  readonly serve: (request: HttpRequest, server: string) => Promise<Response>;
  readonly sessions: UnionSessions;
  /** What a server offers; undefined until it was read. */
  readonly catalog: (server: Id<'srv'>) => Pick<ServerCatalog, 'tools' | 'prompts'> | undefined;
  /** The gateway's own. */
  readonly version: string;
}

/** A request of a client that is known, in a session of the older revisions or of none in the newer one. */
export interface Asking {
  readonly request: HttpRequest;
  readonly headers: ReadonlyMap<string, string>;
  readonly body: RawBody;
  /** Who asks. What it asks of stands for any server. */
  readonly caller: AuthenticatedCall;
  readonly session: UnionSession | null;
}

export interface AskingMessage extends Asking {
  readonly message: JsonRpcMessage;
}

export interface AskingRequest extends Asking {
  readonly message: JsonRpcMessage & { readonly id: string | number };
}

/** A server that had no part in an answer, and why: it was down, it speaks another revision, it answered nonsense. */
export interface Missing {
  readonly server: string;
  readonly reason: string;
}

/** Where answers name what is missing from them. */
export const MISSING_META = 'dev.countersign/unavailable';
