// The entries of a call: what of it stands in the log, and what only as a salted commitment beside it.
import type { EntryDraft, Id } from '@countersign/audit';
import { asDigest } from '../digest.ts';
import { withheldMeters } from '../meters/withheld.ts';
import { recordedWords, type RecordedWords } from '../obligations/recorded.ts';
import type { NeverStore } from '../never-store/never-store.ts';
import { isAskedByServer } from './recording.ts';
import type { AuthenticatedCall, DecidedCall, RawBody, Target } from './types.ts';

export function decidedEntry(
  call: DecidedCall,
  approval: Id<'apr'> | null,
  never: NeverStore,
): EntryDraft<'call.decided'> {
  const { verdict, link, caller } = call;
  const { decision } = verdict;
  const { request, cedar, explanation, sentence } = recordedWords(call, never);
  return {
    kind: 'call.decided',
    call: call.id,
    agent: caller.agent?.uid ?? null,
    chain: link.chain,
    body: {
      protocol: call.protocol,
      revision: call.revision,
      operation: call.operation,
      upstream: call.upstream.uid,
      decision: verdict.outcome,
      reason: verdict.reason,
      round: verdict.round,
      approval,
      parent: link.parent,
      link: link.kind,
      depth: link.depth,
      policySet: decision?.policySet ? asDigest(decision.policySet) : null,
      schema: decision?.schema ? asDigest(decision.schema) : null,
    },
    details: {
      caller: json(callerDetail(call)),
      subject:
        caller.subject === null
          ? undefined
          : json({ subject: caller.subject.sub, issuer: caller.subject.issuer }),
      actors: json(link.agents),
      // What a server asks comes with no credential of the agent that it asks.
      token: isAskedByServer(call.operation) ? undefined : json(caller.token),
      resource: json(resourceDetail(call, never)),
      request,
      rx: call.came === undefined ? bytesDetail(call.body) : json(call.came),
      tx: verdict.outcome === 'deny' ? undefined : sentDetail(call),
      entities: cedar === null ? undefined : json(cedar.entities),
      context: cedar === null ? undefined : json({ ...cedar, entities: undefined }),
      explanation: explanation === null ? undefined : json(explanationDetail(explanation)),
      sentence,
      labels: json(verdict.labels),
      trace: call.trace === null ? undefined : json(call.trace),
      callDigest: verdict.binding?.callDigest,
      meters: verdict.reservation?.detail(withheldMeters(call)),
    },
  };
}

export function json(value: unknown): string {
  return JSON.stringify(value);
}

function bytesDetail({ sha256, bytes }: RawBody): string {
  return json({ sha256, bytes: bytes.byteLength });
}

function sentDetail({ outbound, sent }: DecidedCall): string {
  return sent === undefined ? bytesDetail(outbound) : json(sent);
}

/** How people name what a call is aimed at. */
export function targetName(target: Target, upstream: string): string {
  switch (target.kind) {
    case 'tool':
    case 'prompt':
    case 'client':
      return target.name;
    case 'resource':
      return target.uri;
    case 'agent':
    case 'server':
      return upstream;
  }
}

function callerDetail({ caller }: AuthenticatedCall) {
  const { agent, identity, token } = caller;
  return {
    agent: agent?.name ?? null,
    agentUid: agent?.uid ?? null,
    owner: agent?.owner.name ?? null,
    ownerEmail: agent?.owner.email ?? null,
    team: agent?.team ?? null,
    risk: agent?.risk ?? null,
    assurance: token.assurance,
    ...identity,
  };
}

function resourceDetail({ target, upstream }: AuthenticatedCall, never: NeverStore) {
  return {
    kind: target.kind,
    // An address may carry a token.
    name: never.clean(targetName(target, upstream.name)),
    upstream: upstream.name,
    upstreamUid: upstream.uid,
  };
}

function explanationDetail({
  determining,
  guards,
  errors,
  obligations,
  nearest,
  unrepresentable,
}: NonNullable<RecordedWords['explanation']>) {
  return { determining, guards, errors, obligations, nearest, unrepresentable };
}
