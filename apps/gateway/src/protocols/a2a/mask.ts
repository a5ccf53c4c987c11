// An agent's answer without what is masked, or why it cannot be told. Written anew from the members that A2A names:
// metadata, names and descriptions are the agent's own words, and could repeat what is masked (DESIGN section 6).
import type { ObligationPath } from '@countersign/policy';
import { itemsOf, type JsonNode, memberOf, readTree } from '../../obligations/json-tree.ts';
import type { Secrets } from '../../obligations/secrets.ts';
import { beginTelling, objectText, type Telling, Untellable } from '../../obligations/telling.ts';
import type { AnswerForm } from './answer.ts';

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
  form: AnswerForm,
  paths: readonly ObligationPath[],
  known: Secrets,
): MaskedAnswer {
  const source = Buffer.from(bytes).toString('utf8');
  const root = readTree(source);
  const result = memberOf(root ?? undefined, 'result');
  if (root === null || result === undefined) return no('two readers could read it differently');
  const parts = form === 'task' ? partsOfTask(result) : partsOfResult(result);
  const telling = beginTelling(source, parts.flatMap(formsIn), paths, known);
  try {
    const text = form === 'task' ? taskText(result, telling) : resultText(result, telling);
    // A bare message says nothing but its parts.
    const isBare = form === 'message' && present(result, 'message') !== undefined;
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

function partsOfResult(result: JsonNode): readonly JsonNode[] {
  return [
    ...partsOfTask(present(result, 'task')),
    ...partsIn(present(result, 'message')),
    ...partsIn(memberOf(memberOf(present(result, 'statusUpdate'), 'status'), 'message')),
    ...partsIn(memberOf(present(result, 'artifactUpdate'), 'artifact')),
  ];
}

function partsOfTask(task: JsonNode | undefined): readonly JsonNode[] {
  return [
    ...partsIn(memberOf(memberOf(task, 'status'), 'message')),
    ...itemsOf(memberOf(task, 'artifacts')).flatMap(partsIn),
    ...itemsOf(memberOf(task, 'history')).flatMap(partsIn),
  ];
}

function partsIn(holder: JsonNode | undefined): readonly JsonNode[] {
  return itemsOf(memberOf(holder, 'parts'));
}

function formsIn(part: JsonNode): readonly JsonNode[] {
  const form = present(part, 'data') ?? memberOf(part, 'text');
  return form === undefined ? [] : [form];
}

function resultText(result: JsonNode, telling: Telling): string {
  return objectText({
    task: mapped(present(result, 'task'), (task) => taskText(task, telling)),
    message: mapped(present(result, 'message'), (message) => messageText(message, telling)),
    statusUpdate: mapped(present(result, 'statusUpdate'), (update) =>
      objectText({
        taskId: telling.plain(present(update, 'taskId')),
        contextId: telling.plain(present(update, 'contextId')),
        status: mapped(present(update, 'status'), (status) => statusText(status, telling)),
      }),
    ),
    artifactUpdate: mapped(present(result, 'artifactUpdate'), (update) =>
      objectText({
        taskId: telling.plain(present(update, 'taskId')),
        contextId: telling.plain(present(update, 'contextId')),
        artifact: mapped(present(update, 'artifact'), (artifact) => artifactText(artifact, telling)),
        append: telling.plain(present(update, 'append')),
        lastChunk: telling.plain(present(update, 'lastChunk')),
      }),
    ),
  });
}

function taskText(task: JsonNode, telling: Telling): string {
  return objectText({
    id: telling.plain(present(task, 'id')),
    contextId: telling.plain(present(task, 'contextId')),
    status: mapped(present(task, 'status'), (status) => statusText(status, telling)),
    artifacts: listText(present(task, 'artifacts'), (artifact) => artifactText(artifact, telling)),
    history: listText(present(task, 'history'), (message) => messageText(message, telling)),
  });
}

function statusText(status: JsonNode, telling: Telling): string {
  return objectText({
    state: telling.plain(present(status, 'state')),
    message: mapped(present(status, 'message'), (message) => messageText(message, telling)),
    timestamp: telling.plain(present(status, 'timestamp')),
  });
}

function messageText(message: JsonNode, telling: Telling): string {
  return objectText({
    messageId: telling.plain(present(message, 'messageId')),
    contextId: telling.plain(present(message, 'contextId')),
    taskId: telling.plain(present(message, 'taskId')),
    role: telling.plain(present(message, 'role')),
    parts: listText(present(message, 'parts'), (part) => partText(part, telling)),
    referenceTaskIds: listText(present(message, 'referenceTaskIds'), (id) => telling.plain(id) ?? 'null'),
  });
}

function artifactText(artifact: JsonNode, telling: Telling): string {
  return objectText({
    artifactId: telling.plain(present(artifact, 'artifactId')),
    parts: listText(present(artifact, 'parts'), (part) => partText(part, telling)),
  });
}

function partText(part: JsonNode, telling: Telling): string {
  const data = present(part, 'data');
  if (data !== undefined && data.kind !== 'string') return objectText({ data: telling.form(data) });
  const text = memberOf(part, 'text');
  const told = data === undefined && text?.kind === 'string' ? telling.text(text) : null;
  return objectText({ text: told ?? telling.note() });
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
