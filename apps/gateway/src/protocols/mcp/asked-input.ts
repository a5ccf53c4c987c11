// What policy sees of a server's request and of the client's answer: the sum of it, typed as packages/policy types
// `context.input` in these operations (its README, "What servers ask"). Texts are counted, names are listed.
import { foldName } from '../json/shape.ts';
import type { ClientAnswer } from './envelope.ts';
import type { AskOperation } from './operations.ts';

type Members = Readonly<Record<string, unknown>>;

/** JSON text for `context.input`; null for params that have not the form that they are summed up by. */
export function inputOfRequest(operation: AskOperation, params: Members): string | null {
  switch (operation) {
    case 'mcp:sampling':
      return isSampling(params) ? JSON.stringify(samplingInput(params)) : null;
    case 'mcp:elicitation':
      return isElicitation(params) ? JSON.stringify(elicitationInput(params)) : null;
    case 'mcp:roots':
      return '{}';
  }
}

/** JSON text for `context.input` of what the client answers to it; null for an answer that has not its form. */
export function inputOfAnswer(operation: AskOperation, { result, error }: ClientAnswer): string | null {
  const said = membersOf(result);
  if (error === null && !isAnswer(operation, said)) return null;
  const common = {
    isError: error !== null,
    ...(error === null ? {} : { errorCode: membersOf(error)['code'] }),
    textLength: lengthOf(error === null ? result : error),
  };
  switch (operation) {
    case 'mcp:sampling':
      return JSON.stringify({
        ...common,
        ...texts(said, 'role', 'model', 'stopReason'),
        kinds: distinct(blocksOf(said['content']).map((block) => block['type'])),
      });
    case 'mcp:elicitation':
      return JSON.stringify({
        ...common,
        ...texts(said, 'action'),
        fields: Object.keys(membersOf(said['content'])),
      });
    case 'mcp:roots': {
      const roots = listOf(said['roots']).map(membersOf);
      const uris = distinct(roots.map(({ uri }) => uri));
      return JSON.stringify({
        ...common,
        roots: roots.length,
        uris,
        schemes: distinct(uris.map((uri) => URL.parse(uri)?.protocol.slice(0, -1) ?? '')),
      });
    }
  }
}

// SECURITY: what stands in another form than is looked for would go unseen, and what is absent must not widen what is
// allowed (DESIGN section 6).
function isSampling({ messages, systemPrompt, tools, modelPreferences }: Members): boolean {
  return (
    Array.isArray(messages) &&
    messages.every(
      (message) =>
        isUnmistakable(membersOf(message), MESSAGE_MEMBERS) && isContent(membersOf(message)['content']),
    ) &&
    isOptional(systemPrompt, 'string') &&
    (tools === undefined || Array.isArray(tools)) &&
    isOptional(modelPreferences, 'object')
  );
}

function isElicitation({ mode = 'form', message, url, requestedSchema }: Members): boolean {
  if (typeof message !== 'string' || typeof mode !== 'string') return false;
  const properties = membersOf(requestedSchema)['properties'];
  const isForm =
    isOptional(requestedSchema, 'object') &&
    isUnmistakable(membersOf(requestedSchema), SCHEMA_MEMBERS) &&
    isOptional(properties, 'object');
  return isForm && (mode === 'url' ? typeof url === 'string' : url === undefined);
}

function isAnswer(operation: AskOperation, said: Members): boolean {
  if (!isUnmistakable(said, ANSWER_MEMBERS)) return false;
  switch (operation) {
    case 'mcp:sampling':
      return isContent(said['content']);
    case 'mcp:elicitation':
      return (
        typeof said['action'] === 'string' &&
        (said['content'] === null || isOptional(said['content'], 'object'))
      );
    case 'mcp:roots':
      return (
        Array.isArray(said['roots']) &&
        said['roots'].every(
          (root: unknown) =>
            typeof membersOf(root)['uri'] === 'string' && isUnmistakable(membersOf(root), ROOT_MEMBERS),
        )
      );
  }
}

function isContent(content: unknown): boolean {
  if (content === undefined) return false;
  return blocksOf(content).every(
    (block) => typeof block['type'] === 'string' && isUnmistakable(block, BLOCK_MEMBERS),
  );
}

const MESSAGE_MEMBERS = ['role', 'content'];
const SCHEMA_MEMBERS = ['type', 'properties', 'required'];
const ANSWER_MEMBERS = ['action', 'content', 'model', 'role', 'stopReason', 'roots', '_meta'];
const ROOT_MEMBERS = ['uri', 'name'];
const BLOCK_MEMBERS = ['type', 'text', 'data', 'mimeType'];

/** Whether readers that ignore case find no more of these names than are looked for here (CVE-2026-27896). */
function isUnmistakable(members: Members, known: readonly string[]): boolean {
  const folded = new Set(known.map(foldName));
  return Object.keys(members).every((name) => known.includes(name) || !folded.has(foldName(name)));
}

function isOptional(value: unknown, type: 'string' | 'object'): boolean {
  if (value === undefined) return true;
  return type === 'string' ? typeof value === 'string' : membersOf(value) === value;
}

function samplingInput(params: Members): Members {
  const messages = listOf(params['messages']).map(membersOf);
  const blocks = messages.flatMap(({ content }) => blocksOf(content));
  const { systemPrompt } = params;
  const hints = listOf(membersOf(params['modelPreferences'])['hints']).map(membersOf);
  return {
    messages: messages.length,
    roles: distinct(messages.map(({ role }) => role)),
    kinds: distinct(blocks.map(({ type }) => type)),
    textLength: lengthOf(messages) + lengthOf(systemPrompt),
    hasSystemPrompt: systemPrompt !== undefined,
    ...(params['maxTokens'] === undefined ? {} : { maxTokens: params['maxTokens'] }),
    ...(params['includeContext'] === undefined ? {} : { includeContext: params['includeContext'] }),
    models: distinct(hints.map(({ name }) => name)),
    tools: distinct(listOf(params['tools']).map((tool) => membersOf(tool)['name'])),
  };
}

function elicitationInput(params: Members): Members {
  const { mode = 'form', message, url } = params;
  const schema = membersOf(params['requestedSchema']);
  const host = typeof url === 'string' ? URL.parse(url)?.hostname : undefined;
  return {
    mode,
    textLength: lengthOf(message),
    fields: Object.keys(membersOf(schema['properties'])),
    required: distinct(listOf(schema['required'])),
    ...(url === undefined ? {} : { url }),
    ...(host === undefined ? {} : { host }),
  };
}

/** One content block, or several (2025-11-25). */
function blocksOf(content: unknown): readonly Members[] {
  if (content === undefined) return [];
  return (Array.isArray(content) ? content : [content]).map(membersOf);
}

function texts(from: Members, ...names: readonly string[]): Members {
  return Object.fromEntries(names.flatMap((name) => (from[name] === undefined ? [] : [[name, from[name]]])));
}

/** UTF-16 units of all strings that are values. */
function lengthOf(value: unknown): number {
  if (typeof value === 'string') return value.length;
  if (typeof value !== 'object' || value === null) return 0;
  return Object.values(value).reduce((sum: number, inner) => sum + lengthOf(inner), 0);
}

/** Strings only: what else stands where a name belongs says nothing to a policy, and is not nothing. */
function distinct(values: readonly unknown[]): string[] {
  return [...new Set(values.map((value) => (typeof value === 'string' ? value : '')))];
}

function listOf(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : [];
}

function membersOf(value: unknown): Members {
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Members) : {};
}
