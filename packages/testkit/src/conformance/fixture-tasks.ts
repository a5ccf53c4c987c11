// The tasks extension of the suite's server: the SDK has no server's side of it, so these requests are answered beside it, and what
// it says of its tools and capabilities is told with them.
import { answerModern, EXTENSION, TOOLS } from '../servers/tasks-modern.ts';
import type { Json } from '../servers/tasks-work.ts';

/** The suite has no tool that breaks the rules of tasks. */
const OFFERED = TOOLS.filter(({ name }) => name !== 'unasked');
const NAMES: ReadonlySet<unknown> = new Set(OFFERED.map(({ name }) => name));
const METHODS: ReadonlySet<unknown> = new Set(['tasks/get', 'tasks/update', 'tasks/cancel']);

export async function withTasks(
  request: Request,
  next: (request: Request) => Promise<Response>,
): Promise<Response> {
  const message = await messageOf(request);
  const params = (message?.['params'] ?? {}) as Json;
  const method = message?.['method'];
  if (message !== null && (METHODS.has(method) || (method === 'tools/call' && NAMES.has(params['name'])))) {
    const { status, body } = answerModern({ headers: Object.fromEntries(request.headers) }, message);
    return Response.json(body, { status });
  }
  const response = await next(request);
  const isJson = response.headers.get('content-type')?.startsWith('application/json') === true;
  if (response.status !== 200 || !isJson || (method !== 'tools/list' && method !== 'server/discover'))
    return response;
  const answer = (await response.json()) as { readonly result?: Json };
  return Response.json({ ...answer, ...(answer.result && { result: withOffer(answer.result) }) });
}

function withOffer(result: Json): Json {
  const { tools, capabilities } = result as {
    readonly tools?: readonly Json[];
    readonly capabilities?: Json;
  };
  return {
    ...result,
    ...(tools && { tools: [...tools, ...OFFERED] }),
    ...(capabilities && { capabilities: { ...capabilities, extensions: { [EXTENSION]: {} } } }),
  };
}

async function messageOf(request: Request): Promise<Json | null> {
  try {
    return (await request.clone().json()) as Json;
  } catch {
    return null;
  }
}
