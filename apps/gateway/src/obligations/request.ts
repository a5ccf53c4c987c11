// The parameters of a call as they may be stored or shown: without the values that the call's obligations name. Where a
// call has its `input`: the `arguments` of a tool or prompt; the data, and the text that is JSON, of an A2A message; the
// fields that a client filled in. The prose of what servers ask and clients answer has no members: it is meant whole.
import type { ObligationPath } from '@countersign/policy';
import type { NeverStore } from '../never-store/never-store.ts';
import type { InboundCall } from '../pipeline/types.ts';
import { itemsOf, type JsonNode, memberOf, readTree, stringOf } from './json-tree.ts';
import { type Marks, rewrite } from './rewrite.ts';
import { NO_SECRETS, type Secrets, secretsIn } from './secrets.ts';
import { select } from './select.ts';

export interface RedactableRequest {
  /** What must not be found in anything that is stored of the call. */
  readonly secrets: Secrets;
  /** Whether a value is, all by itself, one that is never stored. */
  readonly isDenied: (value: string) => boolean;
  /** Null where it cannot be shown to be without them: then nothing of it is stored. */
  text(marksOf: (text: string) => Marks): string | null;
}

/** Null where the parameters cannot be read again. */
export function redactableRequest(
  call: Pick<InboundCall, 'message' | 'protocol' | 'operation' | 'unstored'>,
  paths: readonly ObligationPath[],
  never: NeverStore,
): RedactableRequest | null {
  const text = call.message?.paramsText ?? '';
  if (text === '') return { secrets: NO_SECRETS, isDenied: () => false, text: () => '' };
  const root = readTree(text);
  if (root === null) return null;
  const isNothingNamed = paths.length === 0 && call.unstored === undefined;
  const named: Found = isNothingNamed ? NOTHING : findIn(text, root, paths, call);
  const denied = never.inJson(root);
  const found = { nested: named.nested, values: [...named.values, ...denied.nodes] };
  const secrets = secretsIn([...named.values, ...named.nested.flatMap(({ values }) => values)]).andTexts(
    denied.texts,
  );
  return {
    secrets,
    isDenied: (value) => denied.values.has(value) || named.answers?.has(value) === true,
    text(marksOf) {
      const nested = new Map<JsonNode, string>();
      for (const { node, inner, tree, values } of found.nested) {
        const redacted = rewrite(inner, tree, new Set(values), secrets, marksOf(inner));
        if (redacted === null) return null;
        nested.set(node, JSON.stringify(redacted));
      }
      const marks = marksOf(text);
      const chosen = new Set([...found.values, ...nested.keys()]);
      return rewrite(text, root, chosen, secrets, {
        ...marks,
        value: (node) => nested.get(node) ?? marks.value(node),
      });
    },
  };
}

/** JSON that stands in a string of the parameters. */
interface Nested {
  readonly node: JsonNode;
  readonly inner: string;
  readonly tree: JsonNode;
  readonly values: readonly JsonNode[];
}

interface Found {
  readonly values: readonly JsonNode[];
  readonly nested: readonly Nested[];
  /** Answers of which something is named, as policies see them. */
  readonly answers?: ReadonlySet<string>;
}

const NOTHING: Found = { values: [], nested: [] };

function findIn(
  text: string,
  root: JsonNode,
  paths: readonly ObligationPath[],
  { protocol, operation, unstored }: Pick<InboundCall, 'protocol' | 'operation' | 'unstored'>,
): Found {
  if (protocol === 'a2a') return inMessage(root, paths);
  switch (operation) {
    case 'mcp:completion/complete':
      return inCompletion(root);
    case 'mcp:sampling':
    case 'mcp:elicitation':
      return inAsked(root);
    case 'mcp:sampling/answer':
    case 'mcp:elicitation/answer':
    case 'mcp:roots/answer':
      return inAnswer(root, paths);
    default:
      return inArguments(text, root, paths, unstored);
  }
}

/** What is being completed stands where no path leads, so all of it is meant. */
function inCompletion(root: JsonNode): Found {
  const typed = [memberOf(memberOf(root, 'argument'), 'value'), memberOf(root, 'context')];
  return { values: typed.filter((node) => node !== undefined), nested: [] };
}

function inAsked(root: JsonNode): Found {
  const prose = ['messages', 'systemPrompt', 'message'].flatMap((name) => memberOf(root, name) ?? []);
  return { values: prose, nested: [] };
}

/** What a client filled into a form has names; what it sampled, its roots and the words of an error have none. */
function inAnswer(root: JsonNode, paths: readonly ObligationPath[]): Found {
  const error = memberOf(root, 'error');
  const values = inResult(memberOf(root, 'result'), paths);
  return { values: error === undefined ? values : [...values, error], nested: [] };
}

function inResult(result: JsonNode | undefined, paths: readonly ObligationPath[]): readonly JsonNode[] {
  const content = memberOf(result, 'content');
  const isForm = memberOf(result, 'action') !== undefined && content?.kind === 'object';
  const whole = [isForm ? undefined : content, memberOf(result, 'roots')];
  return [...(isForm ? select(content, paths) : []), ...whole.filter((node) => node !== undefined)];
}

/** In 2026-07-28 with what the client answers to its server, each answer as it is by itself. */
function inArguments(
  text: string,
  root: JsonNode,
  paths: readonly ObligationPath[],
  unstored: InboundCall['unstored'],
): Found {
  const args = memberOf(root, 'arguments');
  const responses = memberOf(root, 'inputResponses');
  const answered = (responses?.kind === 'object' ? responses.members : []).map(({ name, value }) => {
    const own = [...paths, ...(unstored?.get(name) ?? [])];
    return { value, values: own.length === 0 ? [] : inResult(value, own) };
  });
  const withheld = answered.filter(({ values }) => values.length > 0);
  return {
    values: [...(args === undefined ? [] : select(args, paths)), ...withheld.flatMap(({ values }) => values)],
    nested: [],
    answers: new Set(withheld.map(({ value }) => asPoliciesSee(text.slice(value.start, value.end)))),
  };
}

type Reviver = (name: string, value: unknown, context: { readonly source?: string }) => unknown;
const parse = JSON.parse as (text: string, reviver: Reviver) => unknown;
const { rawJSON } = JSON as unknown as { readonly rawJSON: (text: string) => unknown };

/** What has no type is shown to policies as text, its numbers as they were written. */
function asPoliciesSee(text: string): string {
  return JSON.stringify(
    parse(text, (_name, value, { source }) => (typeof value === 'number' ? rawJSON(source ?? '') : value)),
  );
}

function inMessage(root: JsonNode, paths: readonly ObligationPath[]): Found {
  const values: JsonNode[] = [];
  const nested: Nested[] = [];
  for (const part of itemsOf(memberOf(memberOf(root, 'message'), 'parts'))) {
    const data = memberOf(part, 'data');
    if (data !== undefined) values.push(...select(data, paths));
    const text = memberOf(part, 'text');
    const inner = stringOf(text) ?? '';
    const tree = text === undefined ? null : readStructure(inner);
    if (text !== undefined && tree !== null)
      nested.push({ node: text, inner, tree, values: select(tree, paths) });
    // Prose and files have no members: no path can say which part of them is meant.
    else if (text !== undefined) values.push(text);
    values.push(...['raw', 'url', 'file'].flatMap((name) => memberOf(part, name) ?? []));
  }
  return { values, nested };
}

/** A text that is an object or an array of JSON, and nothing else. */
export function readStructure(text: string): JsonNode | null {
  const tree = /^[ \t\r\n]*[[{]/.test(text) ? readTree(text) : null;
  return tree?.kind === 'object' || tree?.kind === 'array' ? tree : null;
}
