// Turns the facts of a call into exactly what Cedar is given: principal, action, resource, context and entities
// (DESIGN section 6). The same request, written down, replays the decision.

import type { CedarValueJson, EntityJson, TypeAndId } from '@cedar-policy/cedar-wasm/nodejs';
import type { CedarRequest, Unrepresentable } from './decision.ts';
import {
  addAgent,
  addServer,
  addTarget,
  addUser,
  createSlice,
  distinct,
  type EntitySlice,
  ref,
} from './entities.ts';
import type { CallFacts } from './facts.ts';
import { type MappedValue, mapInput } from './input.ts';
import { parseObject } from './json.ts';
import { mapMembers } from './members.ts';
import { meterContext } from './meters/show.ts';
import { groupsOf, OPERATIONS } from './operations.ts';
import { isCedarText } from './reserved.ts';
import { toolAction } from './schema/build.ts';
import { inputOf } from './schema/fixed-inputs.ts';
import type { InputRecord, PolicySchema } from './schema/types.ts';

export type BuiltRequest =
  | {
      readonly ok: true;
      readonly request: CedarRequest;
      readonly unrepresentable: readonly Unrepresentable[];
    }
  /** The call's own data cannot be shown to policy at all. */
  | { readonly ok: false; readonly reason: 'unrepresentable_input'; readonly lost: Unrepresentable }
  /** Policy has no word for what is asked. */
  | { readonly ok: false; readonly reason: 'policy_unavailable'; readonly why: string };

const TARGETS = {
  tool: 'Tool',
  prompt: 'Prompt',
  resource: 'Resource',
  server: 'Server',
  agent: 'Agent',
} as const;

/** What stands for the parts of a call that are not known yet, in partial evaluation. */
export const unknown = (name: string): CedarValueJson => ({ __extn: { fn: 'unknown', arg: name } });

/** Builds the request; with `open`, everything that a later call of the same kind could change is left unknown. */
export function buildRequest(facts: CallFacts, schema: PolicySchema, open = false): BuiltRequest {
  const action = actionOf(facts, schema);
  if (typeof action === 'string') return { ok: false, reason: 'policy_unavailable', why: action };
  const slice = createSlice();
  const principal =
    facts.principal.kind === 'agent' ? addAgent(slice, facts.principal) : addServer(slice, facts.principal);
  const unrepresentable: Unrepresentable[] = [];
  const context = commonContext(facts, slice, open);
  const said = saidContext(facts, action.input, slice, open);
  if ('why' in said) return { ok: false, reason: 'unrepresentable_input', lost: said };
  Object.assign(context, said.context);
  unrepresentable.push(...said.unrepresentable);
  const resource = addTarget(slice, facts.resource);
  // SECURITY: a name that Cedar's parser throws at costs a whole engine instance, and a caller chooses uris.
  if (!isCedarText(resource.id)) {
    const why = 'its name is not well-formed Unicode';
    return { ok: false, reason: 'unrepresentable_input', lost: { path: ['resource'], why } };
  }
  const uid: TypeAndId = { type: 'Action', id: action.id };
  slice.add(actionEntity(uid));
  return {
    ok: true,
    request: { principal, action: uid, resource, context, entities: slice.entities },
    unrepresentable,
  };
}

function actionOf(facts: CallFacts, schema: PolicySchema): { id: string; input: InputRecord } | string {
  const { operation, principal, resource } = facts;
  const spec = OPERATIONS.get(operation);
  if (spec === undefined || spec.resources.length === 0) return `\`${operation}\` is not an operation`;
  if (!spec.resources.includes(TARGETS[resource.kind]) || spec.principal !== TARGETS[principal.kind]) {
    return `\`${operation}\` is not made by ${principal.kind} on ${resource.kind}`;
  }
  if (resource.kind !== 'tool') return { id: operation, input: inputOf(operation) };
  const id = toolAction(resource.server.name, resource.name);
  const input = schema.tools.get(id);
  return input === undefined ? `the tool \`${id}\` is not in the schema` : { id, input };
}

function commonContext(facts: CallFacts, slice: EntitySlice, open: boolean): Record<string, CedarValueJson> {
  const { chain, subject } = facts;
  const context: Record<string, CedarValueJson> = {
    actors: distinct(facts.actors),
    chain: {
      depth: chain.depth,
      labels: distinct(chain.labels),
      agents: distinct(chain.agents).map((name) => ref('Agent', name)),
      verified: chain.verified,
      link: chain.link,
      ...(chain.root === undefined ? {} : { root: ref('Agent', chain.root.name) }),
    },
    exposure: { labels: distinct(facts.exposure.labels) },
    now: open ? unknown('now') : { __extn: { fn: 'datetime', arg: facts.now } },
  };
  if (subject !== undefined) context['subject'] = { __entity: addUser(slice, subject) };
  if (chain.root !== undefined) addAgent(slice, chain.root);
  return context;
}

interface CallerContext {
  readonly context: Record<string, CedarValueJson>;
  readonly unrepresentable: readonly Unrepresentable[];
}

function saidContext(
  facts: CallFacts,
  type: InputRecord,
  slice: EntitySlice,
  open: boolean,
): CallerContext | Unrepresentable {
  if (facts.principal.kind === 'agent') return open ? openCaller(facts) : callerContext(facts, type, slice);
  if (open) return { context: { input: unknown('input') }, unrepresentable: [] };
  const input = inputContext(facts, type);
  if ('why' in input) return input;
  return { context: { input: input.value }, unrepresentable: input.unrepresentable };
}

function inputContext(facts: CallFacts, type: InputRecord): MappedValue | Unrepresentable {
  const parsed = parseObject(facts.input ?? '{}');
  return parsed.ok ? mapInput(parsed.value, type) : { path: ['input'], why: parsed.why };
}

/** What the caller itself sends on, and the credential it sends it with. */
function callerContext(
  facts: CallFacts,
  type: InputRecord,
  slice: EntitySlice,
): CallerContext | Unrepresentable {
  const input = inputContext(facts, type);
  if ('why' in input) return input;
  const metered = meterContext(facts);
  const context: Record<string, CedarValueJson> = {
    input: input.value,
    ...tokenContext(facts, false),
    ...metered.context,
  };
  const unrepresentable = [...input.unrepresentable, ...metered.unrepresentable];
  for (const member of ['meta', 'inputResponses'] as const) {
    const members = mapMembers(member, facts[member]);
    if ('why' in members) return { path: [member], why: members.why };
    slice.add(members.entity);
    context[member] = ref('Members', member);
    unrepresentable.push(...members.unrepresentable);
  }
  return { context, unrepresentable };
}

function openCaller(facts: CallFacts): CallerContext {
  const context = {
    input: unknown('input'),
    meta: unknown('meta'),
    inputResponses: unknown('inputResponses'),
    usage: unknown('usage'),
    meter: unknown('meter'),
    ...tokenContext(facts, true),
  };
  return { context, unrepresentable: [] };
}

function tokenContext({ token }: CallFacts, open: boolean): Record<string, CedarValueJson> {
  if (token === undefined) return {};
  const { issuer, scopes, ageSeconds, assurance } = token;
  const age = open ? unknown('ageSeconds') : ageSeconds;
  return { token: { issuer, scopes: distinct(scopes), ageSeconds: age, assurance } };
}

/** The action in all the groups above it: the engine is given no schema, so the hierarchy travels with the request. */
function actionEntity(uid: TypeAndId): EntityJson {
  return { uid, attrs: {}, parents: PARENTS.get(uid.id) ?? PARENTS_OF_TOOLS };
}

const inGroups = (groups: readonly string[]): TypeAndId[] => groups.map((id) => ({ type: 'Action', id }));
const PARENTS = new Map([...OPERATIONS.keys()].map((id) => [id, inGroups(groupsOf(id))]));
const PARENTS_OF_TOOLS = inGroups(['mcp:tools/call', ...groupsOf('mcp:tools/call')]);
