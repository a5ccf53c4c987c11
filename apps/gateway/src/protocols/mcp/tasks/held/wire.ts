// The wire of held calls that are tasks: a held call is answered with its task, and requests about that task are answered here,
// where no server knows it. They are decided and recorded as requests about any task are.
import { ok, type Result } from '../../../../errors.ts';
import type { Deps } from '../../../../pipeline/deps.ts';
import type { HeldCall } from '../../../../pipeline/hold.ts';
import { handOn } from '../../../../pipeline/pipeline.ts';
import { RECEIPT_HEADER, setReceipt, withReceiptLine } from '../../../../pipeline/receipted.ts';
import { withoutAnswer } from '../../../../pipeline/settle.ts';
import type { AuthenticatedCall, CompletedCall, UpstreamResponse } from '../../../../pipeline/types.ts';
import type { Wire } from '../../../../pipeline/wire.ts';
import type { TaskRecord } from '../../../../store/readers/tasks.ts';
import { refusalResponse, refusedRequest } from '../../answers.ts';
import { MODERN_REVISION } from '../../operations.ts';
import { notAsked } from '../../open-requests.ts';
import { parkCall } from '../../park.ts';
import { inputOf, linkUnder } from '../admit.ts';
import { declares, namedTask } from '../asked.ts';
import { aboutTask, renamedAnswer } from './alias.ts';
import type { HeldReleases } from './releases.ts';
import { roundIn } from './parked.ts';
import { openKeys } from './round.ts';
import { aliasOf, type HeldTasks, isHeld, taskText } from './rows.ts';

export interface HeldAsTasks {
  readonly tasks: HeldTasks;
  readonly releases: HeldReleases;
}

interface HeldWireDeps {
  readonly pipeline: Deps;
  readonly eventBytes: number;
}

/** Whether a held call can be answered with a task. */
export function mayWaitAsTask({ operation, revision, message }: AuthenticatedCall): boolean {
  if (operation !== 'mcp:tools/call' || revision !== MODERN_REVISION || message === null) return false;
  return declares(message);
}

export async function parkAsTask(held: HeldCall, heldTasks: HeldAsTasks): Promise<Response> {
  const { call, approval } = held;
  const opened = await heldTasks.tasks.open(call, approval);
  if (!opened.ok)
    return refusalResponse(refusedRequest(call), withReceiptLine(opened.error, held.receipt), call.id);
  // People may have decided before the task stood.
  void heldTasks.releases.look(opened.value.id);
  const response = answer(call, `"resultType":"task",${taskText(opened.value, approval)}`);
  response.headers.set('countersign-approval', approval.id);
  response.headers.set(RECEIPT_HEADER, held.receipt);
  return response;
}

/** @param wire of a request about a task; what is about a task of a server stays with it. */
export function heldTaskWire(
  wire: Wire,
  heldTasks: HeldAsTasks,
  deps: HeldWireDeps,
): { readonly wire: Wire; readonly send: Deps['send'] } {
  const { pipeline } = deps;
  let own: TaskRecord | null = null;
  let named: { readonly server: string; readonly told: string } | null = null;

  async function answerOwn(call: CompletedCall, row: TaskRecord): Promise<string> {
    if (call.operation === 'mcp:tasks/cancel') await heldTasks.releases.withdraw(row);
    if (call.operation === 'mcp:tasks/update') await heldTasks.releases.answers.take(call, row);
    if (call.operation !== 'mcp:tasks/get') return '"resultType":"complete"';
    heldTasks.releases.answers.goOn(call, row);
    if (isHeld(row)) void heldTasks.releases.look(row.id);
    const approval =
      isHeld(row) && row.approval !== null ? await pipeline.approvals.byId(row.approval) : null;
    return `"resultType":"complete",${taskText(row, approval)}`;
  }

  const mine: Wire = {
    ...wire,
    async admit(call) {
      const id = namedTask(call);
      const row = id === null ? null : await heldTasks.tasks.find(call, id);
      if (row === null) return wire.admit(call);
      const server = aliasOf(row);
      if (server !== null) {
        named = { server, told: row.id };
        return wire.admit(aboutTask(call, server));
      }
      own = row;
      const round = roundIn(row);
      const open = round === null || round.isSent ? [] : openKeys(round);
      for (const key of Object.keys(call.message?.params['inputResponses'] ?? {}))
        if (!open.includes(key)) pipeline.traffic.reject(notAsked().error);
      const admitted = await admitOwn(call, row, pipeline);
      return admitted.ok ? heldTasks.releases.answers.admit(admitted.value, row) : admitted;
    },
    beforeRecording: async (call) =>
      own === null ? ((await wire.beforeRecording?.(call)) ?? ok(null)) : ok(null),
    beforeSending: async (call) =>
      own === null ? ((await wire.beforeSending?.(call)) ?? ok(call)) : ok(call),
    park: (held, release) =>
      own === null
        ? wire.park(held, release)
        : parkCall(held, release, (call) => handOn(call, mine, pipeline), held.call.http.signal),
    async relay(call, settling) {
      if (own === null) {
        const response = await wire.relay(call, settling);
        return named === null ? response : renamedAnswer(response, named.server, named.told, deps.eventBytes);
      }
      const members = await answerOwn(call, own);
      const settled = await settling.settle({
        ...withoutAnswer('ok', ''),
        result: `{${members}}`,
        error: null,
      });
      if (!settled.ok) return wire.refuse(call, settled.error);
      const response = answer(call, members);
      await setReceipt(response.headers, call, pipeline);
      return response;
    },
  };
  // To the pipeline the gateway is the upstream of its own tasks: no byte leaves it.
  const send: Deps['send'] = (upstream, request) =>
    own === null ? pipeline.send(upstream, request) : Promise.resolve(ok(NOTHING_SENT()));
  return { wire: mine, send };
}

async function admitOwn(
  call: AuthenticatedCall,
  row: TaskRecord,
  pipeline: Deps,
): Promise<Result<AuthenticatedCall>> {
  const link = await linkUnder(row, call, pipeline);
  return ok({ ...call, link, said: { ...call.said, input: inputOf(call, row) } });
}

function NOTHING_SENT(): UpstreamResponse {
  return { status: 200, headers: new Map(), body: new Blob([]).stream() };
}

/** @param members of the result, as JSON text. */
function answer({ id, message }: AuthenticatedCall, members: string): Response {
  const rpcId = JSON.stringify(message?.id ?? null);
  return new Response(`{"jsonrpc":"2.0","id":${rpcId},"result":{${members}}}`, {
    status: 200,
    headers: {
      'content-type': 'application/json',
      'cache-control': 'no-store',
      'countersign-call': id,
    },
  });
}
