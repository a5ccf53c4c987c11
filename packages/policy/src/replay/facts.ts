// The facts of a sentence, read back from a recorded request: who asked what of whom. What the request does not name is
// left open in words, never made up.

import type { CedarValueJson, TypeAndId } from '@cedar-policy/cedar-wasm/nodejs';
import type { CedarRequest } from '../decision.ts';
import { createReader, type Reader } from '../explain.ts';
import type { AgentFacts, Risk, ServerFacts, TargetFacts, UserFacts } from '../facts.ts';
import { OPERATIONS } from '../operations.ts';
import type { SentenceFacts } from '../sentence.ts';

export function sentenceFactsOf(request: CedarRequest): SentenceFacts {
  const reader = createReader(request);
  const { principal, action, resource } = request;
  const subject = idOf(reader.value(['context', 'subject']));
  return {
    principal:
      principal.type === 'Agent'
        ? agentAt(reader, principal, 'principal')
        : serverAt(reader, principal.id, ['principal']),
    // A tool's own action is in the group of what is done to tools.
    operation: OPERATIONS.has(action.id) ? action.id : 'mcp:tools/call',
    resource: targetAt(reader, resource),
    ...(subject === null ? {} : { subject: userAt(reader, subject, ['context', 'subject']) }),
  };
}

/** What a call is aimed at, as people name it: `payments/pay`, an agent's name, a server's. */
export function targetNameOf({ resource }: CedarRequest): string {
  return resource.id;
}

function agentAt(reader: Reader, { id }: TypeAndId, variable: string): AgentFacts {
  const at = (name: string): CedarValueJson | undefined => reader.value([variable, name]);
  return {
    kind: 'agent',
    name: id,
    uid: '',
    owner: userAt(reader, idOf(at('owner')) ?? '', [variable, 'owner']),
    team: idOf(at('team')) ?? '',
    purpose: '',
    capabilities: textsOf(at('capabilities')),
    risk: riskOf(at('risk')),
    environment: '',
    labels: [],
    assurance: 'unproven',
  };
}

function userAt(reader: Reader, name: string, path: readonly string[]): UserFacts {
  const email = reader.value([...path, 'email']);
  return { name, email: typeof email === 'string' ? email : '', groups: [], active: true };
}

function serverAt(reader: Reader, name: string, path: readonly string[]): ServerFacts {
  return {
    kind: 'server',
    name,
    team: idOf(reader.value([...path, 'team'])) ?? '',
    environment: '',
    risk: riskOf(reader.value([...path, 'risk'])),
    labels: [],
  };
}

function targetAt(reader: Reader, resource: TypeAndId): TargetFacts {
  if (resource.type === 'Agent') return agentAt(reader, resource, 'resource');
  const server = serverAt(reader, idOf(reader.value(['resource', 'server'])) ?? '', ['resource', 'server']);
  const risk = riskOf(reader.value(['resource', 'risk']));
  const name = nameIn(resource.id, server.name);
  switch (resource.type) {
    case 'Prompt':
      return { kind: 'prompt', server, name, labels: [], risk };
    case 'Resource':
      return { kind: 'resource', server, uri: name, labels: [], risk };
    case 'Server':
      return { ...server, name: resource.id };
    default:
      return {
        kind: 'tool',
        server,
        name,
        labels: [],
        risk,
        readOnly: false,
        destructive: true,
        idempotent: false,
        openWorld: true,
      };
  }
}

/** An id is `<server>/<name>`. */
function nameIn(id: string, server: string): string {
  return id.startsWith(`${server}/`) ? id.slice(server.length + 1) : id;
}

function idOf(value: CedarValueJson | undefined): string | null {
  if (typeof value !== 'object' || value === null || Array.isArray(value) || !('__entity' in value))
    return null;
  return (value['__entity'] as TypeAndId).id;
}

function textsOf(value: CedarValueJson | undefined): string[] {
  return Array.isArray(value) ? value.filter((one) => typeof one === 'string') : [];
}

function riskOf(value: CedarValueJson | undefined): Risk {
  return value === 1 || value === 2 ? value : 3;
}
