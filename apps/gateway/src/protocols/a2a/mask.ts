// An agent's answer without what is masked, or why it cannot be told. Written anew from the members that A2A names:
// metadata, names and descriptions are the agent's own words, and could repeat what is masked (DESIGN section 6).
import type { ObligationPath } from '@countersign/policy';
import { itemsOf, type JsonNode, memberOf, readTree, stringOf } from '../../obligations/json-tree.ts';
import type { Secrets } from '../../obligations/secrets.ts';
import { beginTelling, objectText, type Telling, Untellable } from '../../obligations/telling.ts';
import type { Asked } from './answer.ts';
import type { Dialect, Payload } from './dialects/types.ts';

export type MaskedAnswer =
  | {
      readonly ok: true;
      readonly bytes: Uint8Array;
      /** What must not be told by the answers that follow either. */
      readonly secrets: Secrets;
      /** How many parts a note stands for. */
      readonly notes: number;
    }
  | { readonly ok: false; readonly why: string };

/** @param bytes one JSON-RPC answer with a result, as `readAnswer` has taken it. */
export function maskAnswer(
  bytes: Uint8Array,
  { form, dialect }: Pick<Asked, 'form' | 'dialect'>,
  paths: readonly ObligationPath[],
  known: Secrets,
): MaskedAnswer {
  const source = Buffer.from(bytes).toString('utf8');
  const root = readTree(source);
  const result = memberOf(root ?? undefined, 'result');
  if (root === null || result === undefined) return no('two readers could read it differently');
  const payload = form === 'task' ? { kind: 'task' as const, node: result } : payloadIn(result, dialect);
  if (payload === null) return no('it is no task, message or event');
  const parts = partsOf(payload);
  const telling = beginTelling(source, parts.flatMap(formsIn), paths, known);
  const writer = writerOf(dialect, telling);
  try {
    const told = writer[payload.kind](payload.node);
    const { wrapped } = dialect;
    const text = form === 'task' || wrapped === null ? told : objectText({ [wrapped[payload.kind]]: told });
    // A bare message says nothing but its parts.
    const isBare = payload.kind === 'message';
    if (isBare && parts.length > 0 && telling.notes() === parts.length)
      return no('all of it is text or files');
    const id = memberOf(root, 'id');
    const envelope = objectText({ jsonrpc: '"2.0"', id: id && source.slice(id.start, id.end), result: text });
    return { ok: true, bytes: Buffer.from(envelope), secrets: telling.secrets, notes: telling.notes() };
  } catch (fault) {
    if (fault instanceof Untellable) return no(fault.message);
    throw fault;
  }
}

interface Found {
  readonly kind: Payload;
  readonly node: JsonNode;
}

const PAYLOADS: readonly Payload[] = ['task', 'message', 'statusUpdate', 'artifactUpdate'];

function payloadIn(result: JsonNode, { wrapped, kinds }: Dialect): Found | null {
  if (wrapped === null) {
    const said = stringOf(memberOf(result, 'kind'));
    const kind = PAYLOADS.find((each) => kinds?.[each] === said);
    return kind === undefined ? null : { kind, node: result };
  }
  const found = PAYLOADS.flatMap((kind): Found[] => {
    const node = present(result, wrapped[kind]);
    return node === undefined ? [] : [{ kind, node }];
  });
  return found[0] ?? null;
}

function partsOf({ kind, node }: Found): readonly JsonNode[] {
  switch (kind) {
    case 'task':
      return [
        ...partsIn(memberOf(memberOf(node, 'status'), 'message')),
        ...itemsOf(memberOf(node, 'artifacts')).flatMap(partsIn),
        ...itemsOf(memberOf(node, 'history')).flatMap(partsIn),
      ];
    case 'message':
      return partsIn(node);
    case 'statusUpdate':
      return partsIn(memberOf(memberOf(node, 'status'), 'message'));
    case 'artifactUpdate':
      return partsIn(memberOf(node, 'artifact'));
  }
}

function partsIn(holder: JsonNode | undefined): readonly JsonNode[] {
  return itemsOf(memberOf(holder, 'parts'));
}

function formsIn(part: JsonNode): readonly JsonNode[] {
  const form = present(part, 'data') ?? memberOf(part, 'text');
  return form === undefined ? [] : [form];
}

/** Writes each of the four anew. */
function writerOf(dialect: Dialect, telling: Telling): Readonly<Record<Payload, (node: JsonNode) => string>> {
  const kindText = (kind: keyof NonNullable<Dialect['kinds']>): { readonly kind: string | undefined } => ({
    kind: dialect.kinds === null ? undefined : JSON.stringify(dialect.kinds[kind]),
  });
  const plain = (node: JsonNode, name: string): string | undefined => telling.plain(present(node, name));

  const partText = (part: JsonNode): string => {
    const data = present(part, 'data');
    if (data !== undefined && data.kind !== 'string')
      return objectText({ ...kindText('data'), data: telling.form(data) });
    const text = memberOf(part, 'text');
    const told = data === undefined && text?.kind === 'string' ? telling.text(text) : null;
    return objectText({ ...kindText('text'), text: told ?? telling.note() });
  };

  const artifactText = (artifact: JsonNode): string =>
    objectText({
      artifactId: plain(artifact, 'artifactId'),
      parts: listText(present(artifact, 'parts'), partText),
    });

  const messageText = (message: JsonNode): string =>
    objectText({
      ...kindText('message'),
      messageId: plain(message, 'messageId'),
      contextId: plain(message, 'contextId'),
      taskId: plain(message, 'taskId'),
      role: plain(message, 'role'),
      parts: listText(present(message, 'parts'), partText),
      referenceTaskIds: listText(present(message, 'referenceTaskIds'), (id) => telling.plain(id) ?? 'null'),
    });

  const statusText = (status: JsonNode): string =>
    objectText({
      state: plain(status, 'state'),
      message: mapped(present(status, 'message'), messageText),
      timestamp: plain(status, 'timestamp'),
    });

  return {
    message: messageText,
    task: (task) =>
      objectText({
        ...kindText('task'),
        id: plain(task, 'id'),
        contextId: plain(task, 'contextId'),
        status: mapped(present(task, 'status'), statusText),
        artifacts: listText(present(task, 'artifacts'), artifactText),
        history: listText(present(task, 'history'), messageText),
      }),
    statusUpdate: (update) =>
      objectText({
        ...kindText('statusUpdate'),
        taskId: plain(update, 'taskId'),
        contextId: plain(update, 'contextId'),
        status: mapped(present(update, 'status'), statusText),
        final: dialect.kinds === null ? undefined : plain(update, 'final'),
      }),
    artifactUpdate: (update) =>
      objectText({
        ...kindText('artifactUpdate'),
        taskId: plain(update, 'taskId'),
        contextId: plain(update, 'contextId'),
        artifact: mapped(present(update, 'artifact'), artifactText),
        append: plain(update, 'append'),
        lastChunk: plain(update, 'lastChunk'),
      }),
  };
}

/** ProtoJSON: null is how a sender may write "absent". */
function present(node: JsonNode | undefined, name: string): JsonNode | undefined {
  const member = memberOf(node, name);
  return member?.kind === 'literal' && member.value === null ? undefined : member;
}

function mapped(node: JsonNode | undefined, tell: (node: JsonNode) => string): string | undefined {
  return node === undefined ? undefined : tell(node);
}

function listText(node: JsonNode | undefined, tell: (item: JsonNode) => string): string | undefined {
  return node === undefined ? undefined : `[${itemsOf(node).map(tell).join(',')}]`;
}

function no(why: string): { readonly ok: false; readonly why: string } {
  return { ok: false, why };
}
