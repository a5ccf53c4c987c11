// An MCP answer without what is masked, or why it cannot be told. Only what is named here is told of a masked answer:
// anything else that a server adds to it could repeat what is masked (DESIGN section 6).
import type { Operation } from '@countersign/audit';
import type { ObligationPath } from '@countersign/policy';
import { itemsOf, type JsonNode, memberOf, readTree, stringOf } from '../../obligations/json-tree.ts';
import { NO_SECRETS } from '../../obligations/secrets.ts';
import { beginTelling, objectText, type Telling, Untellable } from '../../obligations/telling.ts';

export type MaskedAnswer =
  | {
      readonly ok: true;
      readonly bytes: Uint8Array;
      readonly isError: boolean;
      /** JSON text. */
      readonly result: string;
      /** How many parts a note stands for. */
      readonly notes: number;
    }
  /** `code` is that of the JSON-RPC error that came, if one did. */
  | { readonly ok: false; readonly why: string; readonly code?: number };

/** JSON-RPC's own range: a code from it names a fault and nothing else. */
const MIN_CODE = -32768;
const MAX_CODE = -32000;

/** @param bytes one JSON-RPC answer to a request of `operation`. */
export function maskAnswer(
  operation: Operation,
  bytes: Uint8Array,
  paths: readonly ObligationPath[],
): MaskedAnswer {
  const source = Buffer.from(bytes).toString('utf8');
  const root = readTree(source);
  if (root === null) return no('two readers could read it differently');
  const error = memberOf(root, 'error');
  if (error !== undefined) return refused(error);
  const result = memberOf(root, 'result');
  const type = stringOf(memberOf(result, 'resultType')) ?? 'complete';
  if (result?.kind !== 'object' || type !== 'complete') return no('it is no result that is known');
  const tellResult = RESULTS.get(operation);
  if (tellResult === undefined) return no('nothing is known of the form of its result');
  try {
    const told = tellResult(source, result, paths);
    if (told === null) return no('all of it is text or files');
    const { members, notes } = told;
    const text = objectText({
      resultType: memberOf(result, 'resultType') === undefined ? undefined : '"complete"',
      ...members,
    });
    const id = memberOf(root, 'id');
    const envelope = objectText({ jsonrpc: '"2.0"', id: id && source.slice(id.start, id.end), result: text });
    return {
      ok: true,
      bytes: Buffer.from(envelope),
      isError: members['isError'] === 'true',
      result: text,
      notes,
    };
  } catch (fault) {
    if (fault instanceof Untellable) return no(fault.message);
    throw fault;
  }
}

interface Told {
  readonly members: Readonly<Record<string, string | undefined>>;
  readonly notes: number;
}

/** Null where nothing but notes would be told. */
type TellResult = (source: string, result: JsonNode, paths: readonly ObligationPath[]) => Told | null;

const RESULTS: ReadonlyMap<Operation, TellResult> = new Map<Operation, TellResult>([
  ['mcp:tools/call', toolResult],
  ['mcp:prompts/get', promptResult],
  ['mcp:resources/read', resourceResult],
  ['mcp:resources/subscribe', () => ({ members: {}, notes: 0 })],
  ['mcp:resources/unsubscribe', () => ({ members: {}, notes: 0 })],
]);

function toolResult(source: string, result: JsonNode, paths: readonly ObligationPath[]): Told | null {
  const structured = memberOf(result, 'structuredContent');
  if (structured !== undefined && structured.kind !== 'object')
    throw new Untellable('its structured content is no object');
  const blocks = itemsOf(memberOf(result, 'content'));
  const forms = [...(structured === undefined ? [] : [structured]), ...blocks.flatMap(textsIn)];
  const telling = beginTelling(source, forms, paths, NO_SECRETS);
  const isError = memberOf(result, 'isError');
  const content = blocks.map((block) => blockText(block, telling));
  if (structured === undefined && blocks.length > 0 && telling.notes() === blocks.length) return null;
  return {
    members: {
      content: `[${content.join(',')}]`,
      structuredContent: structured === undefined ? undefined : telling.form(structured),
      isError: isError?.kind === 'literal' && isError.value === true ? 'true' : undefined,
    },
    notes: telling.notes(),
  };
}

function promptResult(source: string, result: JsonNode, paths: readonly ObligationPath[]): Told | null {
  const messages = itemsOf(memberOf(result, 'messages'));
  const forms = messages.flatMap((message) => textsIn(memberOf(message, 'content')));
  const telling = beginTelling(source, forms, paths, NO_SECRETS);
  const told = messages.map((message) =>
    objectText({
      role: stringOf(memberOf(message, 'role')) === 'assistant' ? '"assistant"' : '"user"',
      content: blockText(memberOf(message, 'content'), telling),
    }),
  );
  if (messages.length > 0 && telling.notes() === messages.length) return null;
  return { members: { messages: `[${told.join(',')}]` }, notes: telling.notes() };
}

function resourceResult(source: string, result: JsonNode, paths: readonly ObligationPath[]): Told | null {
  const contents = itemsOf(memberOf(result, 'contents'));
  const forms = contents.flatMap((content) => memberOf(content, 'text') ?? []);
  const telling = beginTelling(source, forms, paths, NO_SECRETS);
  const told = contents.map((content) => resourceText(content, telling));
  if (contents.length > 0 && telling.notes() === contents.length) return null;
  const cache = stringOf(memberOf(result, 'cacheScope'));
  return {
    members: {
      contents: `[${told.join(',')}]`,
      // What is told to one caller must not be kept for another, whatever the server says.
      ttlMs: memberOf(result, 'ttlMs') === undefined ? undefined : '0',
      cacheScope: cache === undefined ? undefined : '"private"',
    },
    notes: telling.notes(),
  };
}

/** The texts of a content block that may be JSON. */
function textsIn(block: JsonNode | undefined): readonly JsonNode[] {
  const type = stringOf(memberOf(block, 'type'));
  const text =
    type === 'text'
      ? memberOf(block, 'text')
      : type === 'resource'
        ? memberOf(memberOf(block, 'resource'), 'text')
        : undefined;
  return text?.kind === 'string' ? [text] : [];
}

function blockText(block: JsonNode | undefined, telling: Telling): string {
  const [text] = textsIn(block);
  const told = text === undefined ? null : telling.text(text);
  if (told === null) return objectText({ type: '"text"', text: telling.note() });
  const resource = memberOf(block, 'resource');
  return resource === undefined || stringOf(memberOf(block, 'type')) !== 'resource'
    ? objectText({ type: '"text"', text: told })
    : objectText({ type: '"resource"', resource: contentText(resource, told, telling) });
}

function resourceText(content: JsonNode, telling: Telling): string {
  const text = memberOf(content, 'text');
  const told = text?.kind === 'string' ? telling.text(text) : null;
  if (told !== null) return contentText(content, told, telling);
  const uri = telling.plain(memberOf(content, 'uri'));
  return objectText({ uri, mimeType: '"text/plain"', text: telling.note() });
}

function contentText(content: JsonNode, told: string, telling: Telling): string {
  const [uri, mimeType] = ['uri', 'mimeType'].map((name) => telling.plain(memberOf(content, name)));
  return objectText({ uri, mimeType, text: told });
}

function refused(error: JsonNode): MaskedAnswer {
  const code = memberOf(error, 'code');
  const value = code?.kind === 'number' ? Number(code.lexeme) : Number.NaN;
  const why = 'it is an error, in words of the server';
  return Number.isInteger(value) && value >= MIN_CODE && value <= MAX_CODE
    ? { ...no(why), code: value }
    : no(why);
}

function no(why: string): { readonly ok: false; readonly why: string } {
  return { ok: false, why };
}
