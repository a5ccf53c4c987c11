// What a case says of its call, laid over the ordinary call. A target or caller of another kind begins from the ordinary
// one of that kind: nothing of a tool is left in an agent.

import type { CallFacts } from '../facts.ts';
import {
  crm,
  getCustomer,
  handbook,
  ORDINARY_OPERATION,
  ordinaryCall,
  ordinaryMessage,
  summary,
  support,
  triage,
} from './ordinary.ts';

/** Checked members, by name. */
export type Said = Readonly<Record<string, unknown>>;

const PRINCIPALS: Readonly<Record<string, unknown>> = { agent: triage, server: crm };
const TARGETS: Readonly<Record<string, unknown>> = {
  tool: getCustomer,
  prompt: summary,
  resource: handbook,
  server: crm,
  agent: support,
};

/** Lays what is said closer over what is said further away; lists and other values are replaced, members merged. */
export function layer(far: unknown, near: unknown): unknown {
  if (near === undefined) return far;
  if (!isRecord(far) || !isRecord(near)) return near;
  // Another kind of thing: what was said of the first does not apply to it.
  if (near['kind'] !== undefined && far['kind'] !== undefined && near['kind'] !== far['kind']) return near;
  const names = new Set([...Object.keys(far), ...Object.keys(near)]);
  return Object.fromEntries([...names].map((name) => [name, layer(far[name], near[name])]));
}

/** The call that a case is about. The members must have passed the shape of `format.ts`. */
export function callOf(said: Said): CallFacts {
  const principal = over(PRINCIPALS, said['principal'], 'agent') as CallFacts['principal'];
  const resource = over(TARGETS, said['resource'], 'tool') as CallFacts['resource'];
  const { chain, token, ...ordinary } = ordinaryCall;
  const saidChain = isRecord(said['chain']) ? said['chain'] : {};
  const root = saidChain['root'];
  const asked = principal.kind === 'agent' && token !== undefined;
  const { operation = ORDINARY_OPERATION[resource.kind] } = said as Partial<CallFacts>;
  return {
    ...ordinary,
    ...(said as Partial<CallFacts>),
    operation,
    principal,
    resource,
    chain: {
      ...chain,
      agents: [principal.name],
      ...saidChain,
      ...(root === undefined ? {} : { root: layer({ ...triage, assurance: 'unproven' }, root) }),
    } as CallFacts['chain'],
    ...(asked ? { token: layer(token, said['token']) as typeof token } : {}),
    ...(isRecord(said['subject']) ? { subject: subjectOf(said['subject']) } : {}),
    ...saidTexts(operation.startsWith('a2a:message/') ? withMessage(said) : said),
  };
}

/** Members of a message are laid over an ordinary one; a text is the whole of it. */
function withMessage(said: Said): Said {
  return { ...said, input: layer(ordinaryMessage, said['input']) };
}

/**
 * A call with what is said of it laid over: for a call that is made up from what is registered. A target or caller of
 * another kind begins from the ordinary one of that kind.
 */
export function overlaid(call: CallFacts, said: Said): CallFacts {
  const { principal, resource, ...rest } = call;
  const kinds = { ...PRINCIPALS, [principal.kind]: principal };
  const targets = { ...TARGETS, [resource.kind]: resource };
  const own = { ...said, ...saidTexts(said) };
  const { subject, ...others } = own as Said;
  return {
    ...(layer(rest, others) as typeof rest),
    principal: over(kinds, said['principal'], principal.kind) as CallFacts['principal'],
    resource: over(targets, said['resource'], resource.kind) as CallFacts['resource'],
    ...(isRecord(subject) ? { subject: { ...call.subject, ...subjectOf(subject) } } : {}),
  };
}

function over(ordinary: Readonly<Record<string, unknown>>, said: unknown, usual: string): unknown {
  const kind = isRecord(said) ? said['kind'] : undefined;
  return layer(ordinary[typeof kind === 'string' ? kind : usual], said);
}

function subjectOf(said: Said): NonNullable<CallFacts['subject']> {
  const name = String(said['name']);
  return { name, email: `${name}@example.com`, groups: [], active: true, ...said };
}

/** The caller's own words: texts as they are, mappings as JSON. */
function saidTexts(said: Said): Partial<CallFacts> {
  const given = ['input', 'meta', 'inputResponses'].filter((name) => said[name] !== undefined);
  return Object.fromEntries(
    given.map((name) => {
      const value = said[name];
      return [name, typeof value === 'string' ? value : JSON.stringify(value)];
    }),
  );
}

function isRecord(value: unknown): value is Said {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
