// One sentence that a person can read out: who, on whose behalf, did what to what, and by which policy
// (A3 in the requirements). Plain text from facts and decision; never markup, never the arguments.

import type { Decision } from './decision.ts';
import type { AgentFacts, CallFacts, Risk, ServerFacts, TargetFacts, UserFacts } from './facts.ts';

const RISKS: Readonly<Record<Risk, string>> = { 1: 'low', 2: 'medium', 3: 'high' };

/** What a sentence is made of, besides the decision. */
export type SentenceFacts = Pick<CallFacts, 'principal' | 'operation' | 'resource' | 'subject'>;

/** Renders the sentence for a decided call. */
export function sentence(facts: SentenceFacts, decision: Decision): string {
  const behalf = facts.subject === undefined ? '' : ` on behalf of ${personText(facts.subject)}`;
  return `${callerText(facts.principal)}${behalf} ${deedText(facts, decision)} and this was ${verdictText(decision)}.`;
}

function callerText(principal: AgentFacts | ServerFacts): string {
  return principal.kind === 'agent' ? agentText('Agent', principal) : `Server ${serverText(principal)}`;
}

function agentText(word: string, { name, owner, team, risk, capabilities }: AgentFacts): string {
  const can = capabilities.length === 0 ? '' : `, capabilities ${capabilities.map(plain).join(' ')}`;
  return `${word} ${plain(name)} (owner ${personText(owner)}, team ${plain(team)}, risk ${RISKS[risk]}${can})`;
}

function personText({ email, name }: UserFacts): string {
  return plain(email === '' ? name : email);
}

function serverText({ name, team, risk }: ServerFacts): string {
  return `${plain(name)} (team ${plain(team)}, risk ${RISKS[risk]})`;
}

function deedText({ operation, resource }: SentenceFacts, { outcome }: Decision): string {
  const target = targetText(resource);
  const asked = ASKED.get(operation);
  if (asked !== undefined) return `asked ${target} ${asked}`;
  const [past, infinitive] = DEEDS.get(operation) ?? [`performed ${operation} on`, `perform ${operation} on`];
  return outcome === 'allow' ? `${past} ${target}` : `asked to ${infinitive} ${target}`;
}

const DEEDS: ReadonlyMap<string, readonly [past: string, infinitive: string]> = new Map([
  ['mcp:tools/call', ['called', 'call']],
  ['mcp:prompts/get', ['fetched', 'fetch']],
  ['mcp:resources/read', ['read', 'read']],
  ['mcp:resources/subscribe', ['subscribed to', 'subscribe to']],
  ['mcp:tools/list', ['listed the tools of', 'list the tools of']],
  ['mcp:prompts/list', ['listed the prompts of', 'list the prompts of']],
  ['mcp:resources/list', ['listed the resources of', 'list the resources of']],
  ['a2a:message/send', ['sent a message to', 'send a message to']],
  ['a2a:message/stream', ['sent a message to', 'send a message to']],
  ['a2a:task/get', ['asked for a task of', 'ask for a task of']],
  ['a2a:task/cancel', ['cancelled a task of', 'cancel a task of']],
  ['a2a:task/list', ['listed its tasks of', 'list its tasks of']],
  ['a2a:task/subscribe', ['followed a task of', 'follow a task of']],
  ['a2a:push/set', ['asked for push notifications of', 'get push notifications of']],
  ['a2a:push/get', ['read a push notification config of', 'read a push notification config of']],
  ['a2a:push/list', ['listed its push notification configs of', 'list its push notification configs of']],
  ['a2a:push/delete', ['ended push notifications of', 'end push notifications of']],
  ['a2a:card', ['read the card of', 'read the card of']],
  ['a2a:card/extended', ['read the extended card of', 'read the extended card of']],
  ['mcp:sampling/answer', ['answered the sampling request of', 'answer the sampling request of']],
  ['mcp:elicitation/answer', ['answered the elicitation of', 'answer the elicitation of']],
  ['mcp:roots/answer', ['told its roots to', 'tell its roots to']],
  ['mcp:tasks/cancel', ['cancelled a task of', 'cancel a task of']],
  ['mcp:tasks/update', ['answered what a task asked of it on', 'answer what a task asks of it on']],
]);

/** What a server asks of an agent, whether or not it was let through. */
const ASKED: ReadonlyMap<string, string> = new Map([
  ['mcp:sampling', 'to sample its model'],
  ['mcp:elicitation', 'to ask its user for input'],
  ['mcp:roots', 'for its roots'],
]);

function targetText(target: TargetFacts): string {
  switch (target.kind) {
    case 'agent':
      return agentText('agent', target);
    case 'server':
      return `server ${serverText(target)}`;
    case 'tool':
    case 'prompt':
      return `${target.kind} ${plain(`${target.server.name}/${target.name}`)} ${riskText(target)}`;
    case 'resource':
      return `resource ${plain(target.uri)} ${riskText(target)}`;
    default:
      return target satisfies never;
  }
}

function riskText({ server, risk }: { server: ServerFacts; risk: Risk }): string {
  return `(server ${plain(server.name)}, risk ${RISKS[risk]})`;
}

function verdictText({ outcome, reason, determining, guards, errors, unrepresentable }: Decision): string {
  const permits = determining.filter(({ effect }) => effect === 'permit').map(({ id }) => id);
  const forbids = determining.filter(({ effect }) => effect === 'forbid').map(({ id }) => id);
  switch (reason) {
    case 'permitted':
      return `permitted by ${policies(permits)}`;
    case 'grant_redeemed':
      return `permitted by ${policies(permits)} after the approval that ${policies(forbids)} asked for`;
    case 'guarded':
      return `held by ${policies(forbids)} until ${approvers(guards)}`;
    case 'no_permit':
      return 'denied: no policy permits it';
    case 'forbidden':
      return `denied by ${policies(forbids)}`;
    case 'policy_error':
      return `denied: ${policies(errors.map(({ policy }) => policy).filter((id) => id !== ''))} could not be evaluated`;
    case 'policy_broken':
      return `denied: the policy set does not fit what it calls (${errors.map(({ message }) => plain(message)).join('; ')})`;
    case 'unrepresentable_input':
      return `denied: ${lostText(unrepresentable)} cannot be shown to ${policies(determining.map(({ id }) => id))}`;
    case 'policy_unavailable':
      return `denied: policy cannot decide it (${errors.map(({ message }) => plain(message)).join('; ')})`;
    default:
      return (reason satisfies never) || outcome;
  }
}

function policies(ids: readonly string[]): string {
  if (ids.length === 0) return 'policy';
  return `${ids.length === 1 ? 'policy' : 'policies'} ${ids.join(' and ')}`;
}

function approvers(guards: Decision['guards']): string {
  return guards
    .map(
      ({ group, quorum }) =>
        `${quorum === 1 ? 'someone' : `${quorum} people`} in ${plain(group)} approve${quorum === 1 ? 's' : ''}`,
    )
    .join(' and ');
}

function lostText(lost: Decision['unrepresentable']): string {
  const [first] = lost;
  return first === undefined ? 'an argument' : `the argument ${plain(first.path.join('.'))}`;
}

/** Names come from registries and servers: nothing in them may break the line or reorder it. */
function plain(text: string): string {
  const safe = text.replaceAll(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]+/gu, ' ').trim();
  return safe.length > 200 ? `${safe.slice(0, 200)}…` : safe;
}
