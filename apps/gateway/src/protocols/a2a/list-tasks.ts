// ListTasks. Which tasks there are, in which order and how many, the gateway's own table says: an agent's list would hold
// those of all the gateway's callers. What each of a page looks like now, its agent is asked, one by one, as for a GetTask
// (ADR 0030).
import type { Deps } from '../../pipeline/deps.ts';
import type { CompletedCall } from '../../pipeline/types.ts';
import type { TaskRecord } from '../../store/readers/tasks.ts';
import { readCapped } from '../../upstreams/body.ts';
import { callerHeaders } from '../../upstreams/headers.ts';
import { dialectOf, ofKind } from './dialects/dialects.ts';
import { dialectOfTask } from './dialects/of-task.ts';
import { type ListQuery, pageTokenOf } from './list-params.ts';
import { exposeToTask } from './own-labels.ts';
import type { OwnTasks } from './own-tasks.ts';
import { principalOf } from './reads.ts';
import { resultWithout, resultIn } from './result-text.ts';
import { actualTask } from './rows.ts';
import { taskStateOf } from './states.ts';
import { answerForm, createTeller, type TellerDeps } from './teller.ts';

export interface ListDeps extends TellerDeps {
  readonly ownTasks: Pick<OwnTasks, 'show'>;
  /** Sends to the agents themselves. */
  readonly send: Deps['send'];
}

/** Questions to one agent at a time. */
const PARALLEL = 8;
/** Tasks at work that are looked at again before they are chosen by their state. */
const MAX_RENEWED = 100;

/** JSON text of the result. */
export async function listTasks(call: CompletedCall, query: ListQuery, deps: ListDeps): Promise<string> {
  const { tasks } = deps.readers;
  const of = {
    upstreamUid: call.upstream.uid,
    ...principalOf(call),
    context: query.context ?? undefined,
    since: query.since ?? undefined,
  };
  if (query.state !== null) {
    // What the table says of a task at work is what was last heard of it.
    const open = await tasks.page({ ...of, isOpen: true }, null, MAX_RENEWED);
    await inTurns(open, (row) => ask(call, row, { ...query, historyLength: 0 }, deps));
  }
  const chosen = { ...of, state: query.state ?? undefined };
  const rows = await tasks.page(chosen, query.after, query.pageSize + 1);
  const page = rows.slice(0, query.pageSize);
  const totalSize = await tasks.count(chosen);
  let left = deps.responseBytes;
  const texts = await inTurns(page, async (row) => {
    const text = await ask(call, row, query, deps);
    left -= text?.length ?? 0;
    // An answer without end is none: the rest of the page is told by state alone.
    return text !== null && left >= 0 ? text : bare(call, (await tasks.get(row.id)) ?? row);
  });
  const last = page.at(-1);
  const nextPageToken = rows.length > page.length && last !== undefined ? pageTokenOf(last) : '';
  const rest = JSON.stringify({ nextPageToken, pageSize: query.pageSize, totalSize });
  return `{"tasks":[${texts.join(',')}],${rest.slice(1)}`;
}

/** The task as the caller may be told of it, as JSON text; null where its agent does not say. */
async function ask(
  call: CompletedCall,
  row: TaskRecord,
  { historyLength, withArtifacts }: Pick<ListQuery, 'historyLength' | 'withArtifacts'>,
  deps: ListDeps,
): Promise<string | null> {
  const { upstreamTask } = await actualTask(row, deps.readers);
  if (upstreamTask === null) {
    // A task of the gateway's own is told in the version of its message, or by its state alone.
    const { version } = await dialectOfTask(row, deps.readers);
    if (version !== dialectOf(call).version) return null;
    if (!(await exposeToTask(call, row, deps.pipeline)).ok) return null;
    return told(Buffer.from(`{"result":${await deps.ownTasks.show(row)}}`));
  }
  const { tenant } = call.message?.params ?? {};
  const more = {
    ...(tenant === undefined ? {} : { tenant }),
    ...(historyLength === null ? {} : { historyLength }),
  };
  const message = { jsonrpc: '2.0', id: 1, method: 'GetTask', params: { ...more, id: upstreamTask } };
  const headers = callerHeaders(call.http.headers, call.protocol);
  headers.set('accept', 'application/json');
  headers.set('countersign-call', call.id);
  const sent = await deps.send(call.upstream, {
    method: 'POST',
    headers,
    body: Buffer.from(JSON.stringify(message)),
    signal: call.http.signal,
  });
  if (!sent.ok) return null;
  const params = { ...more, id: row.id };
  const poll: CompletedCall = {
    ...call,
    operation: 'a2a:task/get',
    message: { id: 1, method: 'GetTask', params, paramsText: JSON.stringify(params) },
    response: sent.value,
  };
  if (answerForm(poll) !== 'whole') {
    await sent.value.body.cancel();
    return null;
  }
  const body = await readCapped(sent.value.body, deps.responseBytes);
  if (!body.ok) return null;
  const answer = await createTeller(poll, deps, null).tell(body.value);
  if (!answer.ok || answer.value.answer?.kind === 'error') return null;
  return told(answer.value.bytes);

  function told(bytes: Uint8Array): string {
    return withArtifacts ? resultIn(bytes) : resultWithout(bytes, 'artifacts');
  }
}

function bare(call: CompletedCall, { id, context, state, updatedAt }: TaskRecord): string {
  const dialect = dialectOf(call);
  const status = {
    state: dialect.states[taskStateOf(state) ?? 'TASK_STATE_UNSPECIFIED'],
    timestamp: new Date(updatedAt).toISOString(),
  };
  return JSON.stringify({ ...ofKind(dialect, 'task'), id, contextId: context, status });
}

async function inTurns<T, U>(items: readonly T[], work: (item: T) => Promise<U>): Promise<U[]> {
  const done: U[] = [];
  for (let from = 0; from < items.length; from += PARALLEL) {
    done.push(...(await Promise.all(items.slice(from, from + PARALLEL).map(work))));
  }
  return done;
}
