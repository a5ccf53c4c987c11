// Reads a recorded decision back into what was given to Cedar. Nothing is guessed: what is not there is named.

import type { CedarRequest, Unrepresentable } from '../decision.ts';
import { createLru } from '../index/lru.ts';
import { redactedPaths } from '../obligations/redact.ts';
import { inputOf } from '../schema/fixed-inputs.ts';
import type { NotReplayed, RecordedDecision } from './types.ts';

export interface RecordedRequest {
  readonly request: CedarRequest;
  readonly grants: readonly string[];
  readonly unrepresentable: readonly Unrepresentable[];
  /** Paths whose values are known to be missing, each with what that makes of a policy that reads it. */
  readonly unknown: readonly { readonly path: readonly string[]; readonly why: NotReplayed }[];
}

/** Reasons of a denial that people or limits gave after policy had its say. */
const AFTER_POLICY: ReadonlySet<string> = new Set([
  'approval_rejected',
  'approval_expired',
  'too_many_pending',
  'tool_unavailable',
]);

/** Members of the context that are measured when a call is decided. */
const MEASURED: ReadonlySet<string> = new Set(['usage', 'meter']);

/** Reads what was decided on, or why it cannot be decided again. */
export type RecordReader = (recorded: RecordedDecision) => RecordedRequest | NotReplayed;

/** What an agent is and what it calls change seldom: the same texts come again and again. */
const MAX_REMEMBERED = 512;

export function createRecordReader(): RecordReader {
  const remembered = createLru<string, CedarRequest['entities']>(MAX_REMEMBERED);
  const entitiesIn = (text: string): CedarRequest['entities'] | null => {
    const known = remembered.get(text);
    if (known !== undefined) return known;
    const read = parsed(text);
    if (!isEntities(read)) return null;
    remembered.set(text, read);
    return read;
  };
  return (recorded) => requestOf(recorded, entitiesIn);
}

function requestOf(
  recorded: RecordedDecision,
  entitiesIn: (text: string) => CedarRequest['entities'] | null,
): RecordedRequest | NotReplayed {
  const { context, entities, explanation, erased, unread, reason, policySet } = recorded;
  if (AFTER_POLICY.has(reason)) return 'settled_after_policy';
  if (erased.includes('context') || erased.includes('entities'))
    return unread === undefined ? 'erased' : unread === 'withheld' ? 'withheld' : 'unreadable';
  if (context === null || entities === null)
    return policySet === null ? 'refused_before_policy' : 'no_request';
  const question = objectIn(context);
  const slice = entitiesIn(entities);
  if (slice === null || !isQuestion(question)) return 'unreadable';
  const { principal, action, resource } = question;
  const request = { principal, action, resource, context: question.context, entities: slice };
  const said = explanation === null || saysNothing(explanation, reason) ? {} : objectIn(explanation);
  const unrepresentable = listIn(said, 'unrepresentable').filter(isUnrepresentable);
  return {
    request,
    grants: recorded.grants.length > 0 ? recorded.grants : redeemed(reason, said),
    unrepresentable: unrepresentable.filter(({ path }) => !MEASURED.has(path[0] ?? '')),
    unknown: [
      // Looked for only where the text has the word: most calls have nothing redacted, and all of them are parsed.
      ...(`${context}${entities}`.includes('"redacted"') ? redactedPaths(request) : []).map((path) => ({
        path,
        why: 'redacted' as const,
      })),
      ...unrepresentable
        .filter(({ path }) => MEASURED.has(path[0] ?? ''))
        .map(({ path }) => ({ path: ['context', ...path], why: 'not_measured' as const })),
      ...notSummedUp(request, unrepresentable),
    ],
  };
}

/**
 * What the gateway of then did not sum up of a message, and does now: it was neither shown to policies nor named as what
 * could not be shown.
 */
function notSummedUp(
  { action, context }: CedarRequest,
  unrepresentable: readonly Unrepresentable[],
): RecordedRequest['unknown'] {
  const input = isObject(context['input']) ? context['input'] : {};
  const named = new Set(
    unrepresentable.flatMap(({ path: [root, name] }) => (root === 'input' ? [name] : [])),
  );
  return [...inputOf(action.id).attributes]
    .filter(([name, { required }]) => required && !Object.hasOwn(input, name) && !named.has(name))
    .map(([name]) => ({ path: ['context', 'input', name], why: 'not_measured' as const }));
}

/** Whether a path is that of something that is measured when a call is decided. */
export function isMeasured([variable, member = '']: readonly string[]): boolean {
  return variable === 'context' && MEASURED.has(member);
}

/** Whether a policy that reads `path` of a request reads a measure that the request does not have. */
export function isUnmeasured(path: readonly string[], { context }: CedarRequest): boolean {
  const [, member = '', name] = path;
  if (!isMeasured(path)) return false;
  const measures = context[member];
  if (typeof measures !== 'object' || measures === null || Array.isArray(measures)) return true;
  return name !== undefined && !Object.hasOwn(measures, name);
}

/** The guards that an approval lifted: they are determining for a call that redeemed one. */
function redeemed(reason: string, explanation: Members): string[] {
  if (reason !== 'grant_redeemed') return [];
  return listIn(explanation, 'determining').flatMap((policy) =>
    isObject(policy) && policy['effect'] === 'forbid' && typeof policy['id'] === 'string'
      ? [policy['id']]
      : [],
  );
}

/** An explanation holds the texts of policies: most are large, and few say anything that a replay needs. */
function saysNothing(explanation: string, reason: string): boolean {
  return reason !== 'grant_redeemed' && explanation.includes('"unrepresentable":[]');
}

type Members = Readonly<Record<string, unknown>>;

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

function objectIn(text: string): Members {
  const value = parsed(text);
  return isObject(value) ? value : {};
}

function listIn(members: Members, name: string): readonly unknown[] {
  const value = members[name];
  return Array.isArray(value) ? value : [];
}

function isObject(value: unknown): value is Members {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function isQuestion(value: Members): value is Members & Omit<CedarRequest, 'entities'> {
  const { principal, action, resource, context } = value;
  return [principal, action, resource].every(isUid) && isObject(context);
}

function isUid(value: unknown): boolean {
  return isObject(value) && typeof value['type'] === 'string' && typeof value['id'] === 'string';
}

function isEntities(value: unknown): value is CedarRequest['entities'] {
  return (
    Array.isArray(value) &&
    value.every((entity) => isObject(entity) && isUid(entity['uid']) && Array.isArray(entity['parents']))
  );
}

function isUnrepresentable(value: unknown): value is Unrepresentable {
  return (
    isObject(value) &&
    Array.isArray(value['path']) &&
    value['path'].every((name) => typeof name === 'string') &&
    typeof value['why'] === 'string'
  );
}
