// A held call that is a task, and whose server asks before it answers: the task asks, and the call is made again with what its client
// answers, at the server's own endpoint, as the client itself would make it again. So the answers, the call and its approval are
// decided there as in every round (ADR 0026), with a credential that its client has just shown.
import { ok, refuse, type Result } from '../../../../errors.ts';
import { CALL_TOKEN_HEADER } from '../../../../identity/token.ts';
import { type JsonNode, memberOf, readTree } from '../../../../obligations/json-tree.ts';
import type { Deps } from '../../../../pipeline/deps.ts';
import type { AuthenticatedCall } from '../../../../pipeline/types.ts';
import type { TaskRecord } from '../../../../store/readers/tasks.ts';
import { createTurns } from '../../../../turns.ts';
import { warn } from '../../../../warnings.ts';
import type { HttpRequest } from '../../../http.ts';
import { answerCall } from '../../asked-call.ts';
import { inputOfAnswer } from '../../asked-input.ts';
import type { Rounds } from '../../rounds.ts';
import { withUnstored } from '../../unstored.ts';
import { objectOf, readServerMessage } from '../form.ts';
import { heldBody, roundIn } from './parked.ts';
import { answeredBody, type HeldRound, openKeys, ownKey } from './round.ts';
import type { HeldTasks } from './rows.ts';

interface AskingDeps {
  readonly pipeline: Deps;
  readonly rounds: Pick<Rounds, 'unseal'>;
  readonly held: HeldTasks;
  /** The endpoint of a server. @param audience whom tokens must name. */
  readonly serve: (request: HttpRequest, server: string, audience: string) => Promise<Response>;
  /** The answer to the call; null where there was none. */
  readonly answerOf: (response: Response, row: TaskRecord) => Promise<Uint8Array | null>;
  /** What an answer comes to. */
  readonly carryOut: (row: TaskRecord, message: Uint8Array | null) => Promise<void>;
}

export interface HeldAnswers {
  /** What a request that brings answers carries, as it may be recorded; refused where one has not the form of an answer. */
  admit(call: AuthenticatedCall, row: TaskRecord): Promise<Result<AuthenticatedCall>>;
  /** Keeps the answers that it brings to open questions; once all are there, the call is made again. */
  take(call: AuthenticatedCall, row: TaskRecord): Promise<void>;
  /** Makes the call again where its answers wait for that; what it comes to is in the task. */
  goOn(call: AuthenticatedCall, row: TaskRecord): void;
  /** Breaks off what is on its way, and waits until that is on record. */
  stop(): Promise<void>;
}

/** Nothing was sent: its client comes back, with a credential that is good. */
const NOT_NOW: ReadonlySet<number> = new Set([401, 429, 503]);

export function createHeldAnswers({
  pipeline,
  rounds,
  held,
  serve,
  answerOf,
  carryOut,
}: AskingDeps): HeldAnswers {
  const inTurn = createTurns();
  const stopping = new AbortController();
  const running = new Map<string, Promise<void>>();

  function answersIn(call: AuthenticatedCall, round: HeldRound): Map<string, JsonNode> {
    const root = readTree(call.said.inputResponses ?? '{}') ?? undefined;
    const nodes = openKeys(round).flatMap((key) => {
      const node = memberOf(root, key);
      return node === undefined ? [] : [[key, node] as const];
    });
    return new Map(nodes);
  }

  async function admit(call: AuthenticatedCall, row: TaskRecord): Promise<Result<AuthenticatedCall>> {
    const round = roundIn(row);
    if (round === null) return ok(call);
    const state = rounds.unseal(round.state);
    const source = call.said.inputResponses ?? '{}';
    const carried = [];
    for (const [key, node] of answersIn(call, round)) {
      const asked = state?.questions.find((question) => question.key === ownKey(round, key));
      if (asked === undefined || state === null) continue;
      const text = source.slice(node.start, node.end);
      const result: unknown = JSON.parse(text);
      const answer = { result, error: null, text: `{"result":${text}}` };
      const input = node.kind === 'object' ? inputOfAnswer(asked.operation, answer) : null;
      if (input === null) {
        const why = `\`inputResponses.${key}\` has not the form of an answer to \`${asked.operation}\``;
        return refuse('invalid_arguments', why, why);
      }
      const link = { ...call.link, parent: asked.call };
      carried.push({ key, call: answerCall(call, { operation: asked.operation, link, answer, input }) });
    }
    return ok(await withUnstored(call, carried, pipeline));
  }

  async function run(call: AuthenticatedCall, row: TaskRecord): Promise<void> {
    const round = roundIn(row);
    if (round === null || round.isSent || openKeys(round).length > 0) return;
    const sent = await held.setRound(row, { ...round, isSent: true });
    const { headers, body } = heldBody(row);
    const { authorization, callToken } = call.credentials;
    const host = call.http.headers.get('host');
    const fresh = [
      ['host', host ?? null],
      ['authorization', authorization],
      [CALL_TOKEN_HEADER, callToken],
    ] as const;
    const rawHeaders = [
      ...headers,
      ...fresh.flatMap(([name, value]) => (value === null ? [] : [[name, value] as const])),
    ];
    const request: HttpRequest = {
      method: 'POST',
      path: `/mcp/${call.upstream.name}`,
      hasQuery: false,
      rawHeaders,
      body: new Blob([new Uint8Array(answeredBody(body, round))]).stream(),
      signal: stopping.signal,
    };
    const response = await serve(request, call.upstream.name, call.audience);
    const message = await answerOf(response, row);
    if (NOT_NOW.has(response.status) || isPending(message)) await held.setRound(sent, round);
    else await carryOut(sent, message);
  }

  function goOn(call: AuthenticatedCall, row: TaskRecord): void {
    const round = roundIn(row);
    const isReady = round !== null && !round.isSent && openKeys(round).length === 0;
    if (!isReady || running.has(row.id) || stopping.signal.aborted) return;
    const turn = inTurn(row.id, () =>
      held.again(row).then((now) => (now === null ? undefined : run(call, now))),
    )
      .catch((error: unknown) => warn(`held call ${row.id}: ${String(error)}`))
      .finally(() => running.delete(row.id));
    running.set(row.id, turn);
  }

  return {
    admit,
    async take(call, row) {
      const source = call.said.inputResponses ?? '{}';
      const now = await inTurn(row.id, async () => {
        const before = await held.again(row);
        const round = before === null ? null : roundIn(before);
        if (before === null || round === null || round.isSent) return null;
        const given = [...answersIn(call, round)].map(([key, { start, end }]) => [
          key,
          source.slice(start, end),
        ]);
        const answers = { ...round.answers, ...(Object.fromEntries(given) as Record<string, string>) };
        return held.setRound(before, { ...round, answers });
      });
      if (now !== null) goOn(call, now);
    },
    goOn,
    async stop() {
      stopping.abort(new Error('the gateway stops'));
      await Promise.all(running.values());
    },
  };
}

/** People have to decide about this round: the call was not sent, and waits for them. */
function isPending(message: Uint8Array | null): boolean {
  const read = message === null ? null : readServerMessage(message);
  const result = read?.ok === true ? objectOf(read.value.value['result']) : null;
  const refusal = objectOf(objectOf(result?.['_meta'])?.['dev.countersign/refusal']);
  return refusal?.['reason'] === 'approval_pending';
}
