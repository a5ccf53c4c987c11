// What a client answers to its server: data on its way out, so it is a call of its own, under the server's request. Taken
// only where exactly this was asked of exactly this principal and nobody has answered yet; the outcome of the request is
// on record before the server gets it (DESIGN section 5, ADR 0025).
import { ok, refuse, type Rejection, type Result } from '../../errors.ts';
import { handOn } from '../../pipeline/pipeline.ts';
import { withoutAnswer } from '../../pipeline/settle.ts';
import type {
  AuthenticatedCall,
  Caller,
  ChainLink,
  InboundCall,
  RecordedCall,
} from '../../pipeline/types.ts';
import type { Wire } from '../../pipeline/wire.ts';
import { warn } from '../../warnings.ts';
import { refusalResponse, refusedRequest } from './answers.ts';
import { outcomeOf, proven } from './asked-call.ts';
import type { TaskAnswer } from './client-task-answers.ts';
import { answeredBefore, type Asked, isPoll, notAsked, type Told } from './open-requests.ts';
import { refuseServerRequest } from './server-requests.ts';
import { admitToSession } from './sessions.ts';
import type { McpWireDeps } from './wire.ts';

/** Refusals after which the client may send the same answer again: nothing was decided. */
const MAY_COME_AGAIN: ReadonlySet<Rejection['code']> = new Set(['log_unavailable', 'overtaken']);

/** The pipeline's wire for one answer; the rest of it is that of any message of a client.
 *
 * @param task what it says of a task of the client; null where it is an answer to what was asked.
 */
export function answerWire(wire: Wire, asked: Asked, task: TaskAnswer | null, deps: McpWireDeps): Wire {
  const { pipeline, requests } = deps;
  /** Counted, and not decided by itself. */
  const isCounted = task !== null || isPoll(asked.operation);
  let claimed: Told | null = null;

  /** The answer stays here: the server is told so, and the request has its outcome. */
  async function keepBack({ call, settlement }: Told, rejection: Rejection): Promise<void> {
    requests.answered(asked);
    await settlement.settle(withoutAnswer('withheld', rejection.reason));
    const message = 'the answer of the client was not let through by the gateway';
    await refuseServerRequest(call, asked.id, refuse('denied', message).error, pipeline);
  }

  /** What it says of a task, before its server hears of it. */
  async function noteTask(): Promise<Result<void>> {
    if (task === null || task.told === null) return ok(undefined);
    if (task.isNew) return requests.becameTask(asked, task.told) ? ok(undefined) : takenTask(task.told.id);
    if (asked.task !== null) await requests.tasks.noted(asked.task, task.told);
    return ok(undefined);
  }

  function refuseAnswer(call: InboundCall, rejection: Rejection): Response {
    if (isCounted) requests.unclaim(asked);
    else if (claimed !== null && MAY_COME_AGAIN.has(rejection.code)) requests.unclaim(asked);
    else if (claimed !== null) keepBack(claimed, rejection).catch((error: unknown) => warn(String(error)));
    claimed = null;
    return refusalResponse(refusedRequest(call), rejection, call.id);
  }

  return {
    ...wire,
    refuse: refuseAnswer,
    async admit(call) {
      const admitted = await admitToSession(call, deps.sessions);
      if (!admitted.ok) return admitted;
      const told = asked.told();
      const question = told ?? asked.task?.question ?? null;
      if (question !== null && !isSamePrincipal(question.call.caller, call.caller)) return notAsked();
      if (isCounted) return requests.claim(asked) ? admitted : answeredBefore();
      if (told === null) return notAsked();
      if (!requests.claim(asked)) return answeredBefore();
      claimed = told;
      return ok(await underRequest(admitted.value, told.call, deps));
    },
    async beforeSending(call) {
      if (isCounted) {
        const taken = await noteTask();
        if (taken.ok) requests.answered(asked);
        return taken.ok ? ok(call) : taken;
      }
      if (claimed === null || asked.signal.aborted)
        return refuse('denied', 'nobody waits for the answer any more', 'the server took its request back');
      const settled = await claimed.settlement.settle(outcomeOf(call, pipeline));
      claimed = null;
      requests.answered(asked);
      return settled.ok ? ok(call) : settled;
    },
    async park(held, release) {
      // A client sends an answer once: who is told "pending" would not come back for it.
      const signal = AbortSignal.any([held.call.http.signal, asked.signal]);
      const released = await release(signal, () => true);
      if (released.ok) return handOn(released.value, wire, pipeline);
      if (released.error.code === 'approval_pending')
        await pipeline.approvals.withdraw(held.approval.id, 'an answer is not sent a second time');
      return refuseAnswer(held.call, released.error);
    },
  };
}

function takenTask(id: string): Result<never> {
  return refuse(
    'malformed_request',
    'a task under a name that is in use',
    `this session has a task \`${id}\`, so the answer was not relayed`,
    { rpcCode: -32602 },
  );
}

/** A message of the session that the request was made in, in the request's chain. */
async function underRequest(
  call: AuthenticatedCall,
  request: RecordedCall,
  { pipeline }: McpWireDeps,
): Promise<AuthenticatedCall> {
  const { kind, chain, depth, agents } = request.link;
  const link: ChainLink = {
    kind: proven(kind),
    chain,
    parent: request.id,
    depth,
    agents,
    labels: await pipeline.reads.chainLabels(chain),
  };
  return { ...call, link };
}

function isSamePrincipal(asked: Caller, answers: Caller): boolean {
  return (
    asked.agent !== null &&
    asked.agent.uid === answers.agent?.uid &&
    (asked.subject?.key ?? '') === (answers.subject?.key ?? '')
  );
}
