// `GET /receipts/<call>`: the receipts of a call, for the agent that made it and nobody else. A call of somebody else is as
// unknown as one that never was, and who may ask is settled before any call is looked up.
import { isId } from '@countersign/audit';
import { ok, refuse, type Rejection, type Result } from '../errors.ts';
import type { Verifier } from '../identity/verify.ts';
import type { Deps } from '../pipeline/deps.ts';
import type { Agent } from '../registry/types.ts';
import { arrive } from '../protocols/arrive.ts';
import type { HttpRequest } from '../protocols/http.ts';
import { HTTP_STATUS } from '../protocols/json-rpc.ts';
import type { CallReader } from '../store/readers/calls.ts';
import { audienceOf } from './audience.ts';
import type { ReceiptIssuer } from './issuer.ts';
import { receiptsOf } from './of-call.ts';

export interface ReceiptsEndpointDeps {
  readonly registry: Deps['registry'];
  readonly traffic: Pick<Deps['traffic'], 'reject'>;
  readonly verifier: Verifier;
  readonly calls: Pick<CallReader, 'get' | 'entries'>;
  readonly issuer: ReceiptIssuer;
  /** The keys that checkpoints were signed by, the one of now among them. */
  readonly logKeys: readonly string[];
  /** A C2SP tlog-proof of an entry to the newest checkpoint; null while none covers it. */
  readonly proofOf: (index: number) => Promise<string | null>;
  /** Canonical URL of the data plane, without a trailing slash. */
  readonly publicUrl: () => string;
  readonly allowed: { readonly hosts: ReadonlySet<string>; readonly origins: ReadonlySet<string> };
}

export async function serveReceipts(
  request: HttpRequest,
  call: string,
  deps: ReceiptsEndpointDeps,
): Promise<Response> {
  const caller = await callerOf(request, deps);
  if (!caller.ok) {
    deps.traffic.reject(caller.error);
    return refused(caller.error);
  }
  const found = isId(call, 'call') ? await deps.calls.get(call) : null;
  if (
    !isId(call, 'call') ||
    found === null ||
    found.agentUid === null ||
    found.agentUid !== caller.value?.uid
  )
    return answer({ error: 'there is no such call of yours' }, 404);
  const { issuer } = deps;
  const receipts = await receiptsOf(call, await deps.calls.entries(call), { issuer, proofOf: deps.proofOf });
  return answer({ call, log: issuer.origin, promiseSeconds: issuer.promiseSeconds, receipts }, 200);
}

/** Comments of the trust policy: each at most one line. */
const ABOUT = [
  'Keys that this gateway signs with now. Keep this file: what is fetched only in a quarrel comes from the other side of it.',
  'The root key of the log, by which rotated and revoked keys are known, is left out: from here it would be worth no more than',
  'these. Get it from the operator by another way (`countersign keys manifest --root-key`) and add it as a line `log <key>`, and',
  'the witnesses that you trust with a quorum of them.',
];

/**
 * The keys of the log and of its receipts as a trust policy (C2SP tlog-policy), to be fetched once and kept: what is fetched
 * only when it is needed proves little against whoever serves it. SECURITY: without the root key, which is there so that
 * nobody has to believe this host of its later keys.
 */
export function serveTrust({ issuer, logKeys }: Pick<ReceiptsEndpointDeps, 'issuer' | 'logKeys'>): Response {
  const headers = { 'content-type': 'text/plain; charset=utf-8', 'access-control-allow-origin': '*' };
  const lines = [
    ...ABOUT.map((text) => `# ${text}`),
    ...[...logKeys, issuer.vkey].map((vkey) => `log ${vkey}`),
    'quorum none',
  ];
  return new Response(`${lines.join('\n')}\n`, { headers });
}

async function callerOf(request: HttpRequest, deps: ReceiptsEndpointDeps): Promise<Result<Agent | null>> {
  const arrived = arrive(request, deps.allowed);
  if (!arrived.ok) return arrived;
  if (request.method !== 'GET')
    return refuse('method_not_allowed', request.method, 'receipts are fetched with GET', {
      headers: { allow: 'GET' },
    });
  const registry = deps.registry.current();
  const { authorization } = arrived.value.credentials;
  const audience = audienceOf(authorization, deps.publicUrl(), registry);
  const caller = await deps.verifier.authenticate({ credentials: { authorization }, audience, registry });
  return caller.ok ? ok(caller.value.agent) : caller;
}

function refused({ code, status, message, headers = {}, retryAfterSeconds }: Rejection): Response {
  const again = retryAfterSeconds === undefined ? {} : { 'retry-after': String(retryAfterSeconds) };
  return answer({ error: message }, status ?? HTTP_STATUS[code] ?? 400, { ...headers, ...again });
}

function answer(body: object, status: number, headers: Readonly<Record<string, string>> = {}): Response {
  return Response.json(body, { status, headers: { 'cache-control': 'no-store', ...headers } });
}
