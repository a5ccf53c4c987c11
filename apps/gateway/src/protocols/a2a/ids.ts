// Where ids of tasks and contexts stand in a message, and how they are put in other words: by splicing exactly those
// bytes, so that everything else is passed on as it came (DESIGN section 5, ADR 0004).
import { ok, type Result } from '../../errors.ts';
import { textOf } from '../json/scan.ts';
import { type Edit, replaceValue, splice } from '../json/splice.ts';
import type { Container, Scanned, Span } from '../json/types.ts';

export interface IdSite {
  readonly kind: 'task' | 'context';
  readonly value: string;
  readonly span: Span;
  /** Whether the message is about that task or context, and does not only mention it. */
  readonly isPrimary: boolean;
}

/** The name by which the other side knows an id; null says that it does not know it, and is to be told none. */
export type Rename = (site: IdSite) => string | null;

type Containers = Scanned['containers'];

/** The ids of a message. The error says which member is no id. */
export function messageIds(
  bytes: Uint8Array,
  containers: Containers,
  path: string,
  isPrimary: boolean,
): Result<IdSite[], string> {
  const references = containers.get(`${path}.referenceTaskIds`);
  return joined([
    member(bytes, containers, path, 'contextId', 'context', isPrimary),
    member(bytes, containers, path, 'taskId', 'task', isPrimary),
    ...(references?.items ?? []).map((item) => site(bytes, item, `${path}.referenceTaskIds`, 'task', false)),
  ]);
}

export function taskIds(bytes: Uint8Array, containers: Containers, path: string): Result<IdSite[], string> {
  const history = [...containers.keys()].filter((key) => isItemOf(key, `${path}.history`));
  return joined([
    member(bytes, containers, path, 'contextId', 'context', true),
    member(bytes, containers, path, 'id', 'task', true),
    messageIds(bytes, containers, `${path}.status.message`, false),
    ...history.map((item) => messageIds(bytes, containers, item, false)),
  ]);
}

/** The ids of a status or artifact update. */
export function updateIds(bytes: Uint8Array, containers: Containers, path: string): Result<IdSite[], string> {
  return joined([
    member(bytes, containers, path, 'contextId', 'context', true),
    member(bytes, containers, path, 'taskId', 'task', true),
    messageIds(bytes, containers, `${path}.status.message`, false),
  ]);
}

/** The id of the task that a request is about, by the member of its parameters. */
export function namedTask(
  bytes: Uint8Array,
  containers: Containers,
  name: 'id' | 'taskId',
): Result<IdSite[], string> {
  return member(bytes, containers, 'params', name, 'task', true);
}

/** The message with other ids; the same bytes where none changes. */
export function renameIds(bytes: Uint8Array, sites: readonly IdSite[], rename: Rename): Uint8Array {
  const edits = sites.flatMap((each): Edit[] => {
    const name = rename(each);
    return name === each.value ? [] : [replaceValue(each.span, JSON.stringify(name))];
  });
  return edits.length === 0 ? bytes : splice(bytes, edits);
}

/** The exact text of a member, or null where there is none. */
export function memberText(bytes: Uint8Array, container: Container | undefined, name: string): string | null {
  const span = container?.members.get(name);
  return span === undefined ? null : textOf(bytes, span);
}

// ProtoJSON: null and the empty string are how a sender may write "absent".
function member(
  bytes: Uint8Array,
  containers: Containers,
  path: string,
  name: string,
  kind: IdSite['kind'],
  isPrimary: boolean,
): Result<IdSite[], string> {
  const span = containers.get(path)?.members.get(name);
  return span === undefined ? ok([]) : site(bytes, span, `${path}.${name}`, kind, isPrimary);
}

function site(
  bytes: Uint8Array,
  span: Span,
  where: string,
  kind: IdSite['kind'],
  isPrimary: boolean,
): Result<IdSite[], string> {
  const value: unknown = JSON.parse(textOf(bytes, span));
  if (value === null || value === '') return ok([]);
  if (typeof value !== 'string') return { ok: false, error: `\`${where}\` must be a string` };
  return ok([{ kind, value, span, isPrimary }]);
}

function joined(results: readonly Result<IdSite[], string>[]): Result<IdSite[], string> {
  const sites: IdSite[] = [];
  for (const result of results) {
    if (!result.ok) return result;
    sites.push(...result.value);
  }
  return ok(sites);
}

function isItemOf(path: string, list: string): boolean {
  return path.startsWith(`${list}.`) && !path.slice(list.length + 1).includes('.');
}
