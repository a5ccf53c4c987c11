// One message of a client at the endpoint for all servers: which of them it goes to, or that the endpoint answers it itself.
import { checkMirrors } from '../era.ts';
import type { Envelope } from '../envelope.ts';
import { notAsked } from '../open-requests.ts';
import { NOTIFICATIONS, REQUESTS } from '../operations.ts';
import { refusalResponse } from '../answers.ts';
import { asClient, forwardTo, tellAll } from './forward.ts';
import { innerRequest } from './inner.ts';
import { listAll, UNION_LISTS } from './lists.ts';
import { listenToAll } from './listen.ts';
import { readId } from './names.ts';
import { discover, initialize, memberHeaders, sayReady } from './open.ts';
import { withId, withParams, withOwnTask } from './params.ts';
import { isRouted, routeOf } from './route.ts';
import type { Asking, AskingMessage, AskingRequest, UnionDeps } from './types.ts';
import { answer, refused } from './words.ts';

export async function receiveMessage(
  asking: Asking,
  envelope: Envelope,
  owner: string,
  deps: UnionDeps,
): Promise<Response> {
  if (envelope.kind === 'answer') return answerTo(asking, envelope.id, deps);
  const { message } = envelope;
  if (message.id === null) return notify({ ...asking, message }, deps);
  return request({ ...asking, message: { ...message, id: message.id } }, owner, deps);
}

async function request(asking: AskingRequest, owner: string, deps: UnionDeps): Promise<Response> {
  const { message, headers, session, body } = asking;
  const { method } = message;
  const known = REQUESTS.get(method);
  const isOfEra =
    known?.era === 'both' ||
    known?.era === (session === null && method !== 'initialize' ? 'modern' : 'legacy');
  const list = UNION_LISTS.get(method);
  if (known === undefined || !isOfEra || !(isOwn(method) || list !== undefined || isRouted(method)))
    return refused(asking, { code: 'unknown_operation' }, `Method not found: \`${method}\``);
  const target = known.target(message.params);
  if (target === null)
    return refused(asking, { code: 'invalid_arguments' }, `\`${method}\` does not say what it is about`);
  if (session === null && method !== 'initialize') {
    const mirrors = checkMirrors(headers, message, target);
    if (!mirrors.ok) return refused(asking, mirrors.error, mirrors.error.message);
  }
  if (list !== undefined) return listAll(asking, list, deps);
  if (method === 'subscriptions/listen') return listenToAll(asking, deps);
  if (isRouted(method)) {
    const routed = routeOf(message, body, headers);
    const isKnown = routed !== null && asking.caller.registry.servers.has(routed.server);
    return isKnown ? forwardTo(routed, asking, deps) : unknownName(asking);
  }
  switch (method) {
    case 'initialize':
      return initialize(asking, owner, deps);
    case 'server/discover':
      return discover(asking, deps);
    case 'ping':
      return answer(message.id, {});
    default:
      return setLevel(asking, deps);
  }
}

const OWN: readonly string[] = [
  'initialize',
  'server/discover',
  'ping',
  'logging/setLevel',
  'subscriptions/listen',
];

/** What concerns no server alone. */
function isOwn(method: string): boolean {
  return OWN.includes(method);
}

function unknownName(asking: AskingRequest): Response {
  const { params, method } = asking.message;
  const ref = params['ref'] as Readonly<Record<string, unknown>> | undefined;
  const name = [params['name'], params['uri'], params['taskId'], ref?.['name'], ref?.['uri']].find(
    (each) => typeof each === 'string',
  );
  const how = 'names begin with their server and `__`, URIs with `countersign://` and their server';
  const text = `Unknown name in \`${method}\`: \`${String(name)}\` (${how})`;
  return refused(asking, { code: 'unknown_target', rpcCode: -32602 }, text);
}

async function setLevel(asking: AskingRequest, deps: UnionDeps): Promise<Response> {
  const said = await tellAll(asking, asking.body, deps);
  for (const { body } of said) await body?.cancel();
  return answer(asking.message.id, {});
}

async function notify(asking: AskingMessage, deps: UnionDeps): Promise<Response> {
  const { message, session, body, request } = asking;
  if (session === null || !NOTIFICATIONS.has(message.method))
    return refused(
      asking,
      { code: 'unknown_operation' },
      `\`${message.method}\` is no notification of a client`,
    );
  const taken = () => new Response(null, { status: 202 });
  switch (message.method) {
    case 'notifications/initialized': {
      if (session.isReady) return taken();
      session.isReady = true;
      await Promise.all(
        [...session.members].map(async ([server, opening]) => {
          const opened = await opening;
          if (opened.ok) await sayReady(opened, server, request, deps);
        }),
      );
      return taken();
    }
    case 'notifications/cancelled': {
      const server = session.requests.get(JSON.stringify(message.params['requestId']));
      return server === undefined ? taken() : forwardTo({ server, body: body.bytes }, asking, deps);
    }
    case 'notifications/progress': {
      const token = readId(message.params['progressToken']);
      if (token === null || !session.members.has(token.server)) return taken();
      const own = withParams(body.bytes, new Map([['progressToken', token.own]]));
      return forwardTo({ server: token.server, body: own }, asking, deps);
    }
    case 'notifications/tasks/status':
      // Whose question the task answers, its name does not say: that server will ask.
      return taken();
    default: {
      for (const response of await tellAll(asking, body, deps)) await response.body?.cancel();
      return taken();
    }
  }
}

/** What the client answers to a server goes to that one, under the id that it knows. */
async function answerTo(asking: Asking, id: string | number, deps: UnionDeps): Promise<Response> {
  const { session, request, body } = asking;
  const question = readId(id);
  const opened = question === null ? undefined : await session?.members.get(question.server);
  if (question === null || opened?.ok !== true) {
    const { error } = notAsked();
    deps.mcp.pipeline.traffic.reject(error);
    return refusalResponse(
      { id: null, isToolCall: false, isModern: false, expectsAnswer: false },
      error,
      null,
    );
  }
  const inner = innerRequest(request, {
    body: withOwnTask(withId(body.bytes, question.own), question.server),
    headers: memberHeaders(opened),
    cameAs: body.sha256,
  });
  return asClient(await deps.serve(inner, question.server), question.server, deps);
}
