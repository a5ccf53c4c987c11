// One MCP endpoint: HTTP in, the pipeline in the middle, HTTP out. Refusals before a caller is known are counted here.
import type { Rejection } from '../../errors.ts';
import type { Deps } from '../../pipeline/deps.ts';
import { run } from '../../pipeline/pipeline.ts';
import { arrive } from '../arrive.ts';
import type { HttpRequest } from '../http.ts';
import type { ScanOptions } from '../json/types.ts';
import { refusalResponse, type RefusedRequest } from './answers.ts';
import { mergeAnswers, requestOf, splitBatch } from './batch.ts';
import { answerWire } from './client-answers.ts';
import { listensTo, listenWire } from './listen.ts';
import { receiveMcp } from './receive.ts';
import { cancelledRequest } from './held.ts';
import { isTaskOperation } from './tasks/asked.ts';
import { type HeldAsTasks, heldTaskWire } from './tasks/held/wire.ts';
import { updateWire } from './tasks/update.ts';
import { type McpWireDeps, mcpWire } from './wire.ts';

export interface McpEndpointDeps extends McpWireDeps {
  readonly heldTasks: HeldAsTasks;
  readonly pipeline: Deps;
  /** Canonical URL of the data plane, without a trailing slash. */
  readonly publicUrl: () => string;
  readonly allowed: { readonly hosts: ReadonlySet<string>; readonly origins: ReadonlySet<string> };
  readonly limits: Partial<ScanOptions> & { readonly maxBytes: number };
}

export async function serveMcp(
  request: HttpRequest,
  serverName: string,
  deps: McpEndpointDeps,
  /** Whom tokens must name: the server's own address, unless it was reached by that of all servers. */
  audience = `${deps.publicUrl()}/mcp/${serverName}`,
): Promise<Response> {
  const { pipeline } = deps;
  const refuseEarly = (rejection: Rejection, known: Partial<RefusedRequest> = {}): Response => {
    pipeline.traffic.reject(rejection);
    return refusalResponse(
      { id: null, isToolCall: false, isModern: false, expectsAnswer: true, ...known },
      rejection,
      null,
    );
  };

  const arrived = arrive(request, deps.allowed);
  if (!arrived.ok) return refuseEarly(arrived.error);
  const { credentials, headers } = arrived.value;
  const registry = pipeline.registry.current();
  const server = registry.servers.get(serverName);
  if (server === undefined) {
    return refuseEarly({
      code: 'unknown_upstream',
      reason: `no server \`${serverName}\``,
      message: 'there is no such MCP server behind this gateway',
    });
  }
  const received = await receiveMcp(request, headers, {
    registry,
    server,
    audience,
    credentials,
    now: pipeline.now(),
    limits: deps.limits,
    requests: deps.requests,
  });
  if (!received.ok) {
    const { message, isModern, batch } = received;
    if (batch !== undefined && (await mayBatch(server.uid, headers, deps))) {
      const messages = splitBatch(batch, deps.limits);
      if (!messages.ok) return refuseEarly(messages.error);
      const each = messages.value.map((one) => serveMcp(requestOf(request, one), serverName, deps, audience));
      return mergeAnswers(await Promise.all(each), messages.value, deps);
    }
    return refuseEarly(received.error, {
      id: message?.id ?? null,
      isModern: isModern ?? false,
      expectsAnswer: message === undefined || message.id !== null,
    });
  }
  const call = received.value;
  const cancelled = cancelledRequest(call);
  const wire = mcpWire(deps, cancelled);
  const filter = listensTo(call);
  if (filter !== null) return run(call, listenWire(wire, filter, deps), pipeline);
  if (received.asked !== undefined)
    return run(call, answerWire(wire, received.asked, received.task ?? null, deps), pipeline);
  if (isTaskOperation(call.operation)) {
    const about = call.operation === 'mcp:tasks/update' ? updateWire(wire, deps) : wire;
    const held = heldTaskWire(about, deps.heldTasks, deps);
    return run(call, held.wire, { ...pipeline, send: held.send });
  }
  return run(call, wire, pipeline);
}

/** Only 2025-03-26 has batches, and only its session says that it is one. Whose it is, each message is asked by itself. */
async function mayBatch(
  upstreamUid: string,
  headers: ReadonlyMap<string, string>,
  { sessions }: McpEndpointDeps,
): Promise<boolean> {
  const session = headers.get('mcp-session-id');
  if (session === undefined || (headers.get('mcp-protocol-version') ?? BATCHING) !== BATCHING) return false;
  const row = await sessions.session(upstreamUid, session);
  return row !== null && !row.isClosed && row.revision === BATCHING;
}

const BATCHING = '2025-03-26';
